import { createRandom } from '../randoms.js';

/** A kernel `[inputs, outputs]` of which so much is 0, in blocks of so many outputs. */
export function prunedKernel(inputs: number, outputs: number, sparsity: number, block: number): Float32Array {
  const random = createRandom(1);
  const kernel = new Float32Array(inputs * outputs);
  for (let first = 0; first < outputs; first += block) {
    for (let input = 0; input < inputs; input += 1) {
      if (random() < sparsity) continue;
      for (let i = 0; i < block; i += 1) kernel[input * outputs + first + i] = 2 * random() - 1;
    }
  }
  return kernel;
}
