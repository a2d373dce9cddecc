import { tensorFromFloat32 } from '@synaprune/onnx';
import { buildModel, type NodeParts, type TensorParts } from '@synaprune/onnx/graph';

/** Reproducible numbers in [−scale, scale). */
export function numbers(count: number, seed: number, scale = 1): Float32Array {
  let state = Math.imul(seed, 2654435761);
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state / 2 ** 31 - 1) * scale;
  });
}

/** How many elements a shape has. */
export function elementsIn(shape: readonly number[]): number {
  return shape.reduce((product, edge) => product * edge, 1);
}

/** A tensor of reproducible numbers for `buildModel`. */
export function randomParts(shape: readonly number[], seed: number): TensorParts {
  return { shape, data: numbers(elementsIn(shape), seed) };
}

/** A tensor of reproducible numbers. */
export function randomTensor(name: string, dims: readonly number[], seed: number, scale = 1) {
  return tensorFromFloat32(name, numbers(elementsIn(dims), seed, scale), dims);
}

/** A model of one input and one output. Sizes of −1 are open. */
export function modelOf(
  input: readonly number[],
  output: readonly number[],
  tensors: readonly ReturnType<typeof randomTensor>[],
  nodes: readonly NodeParts[],
): Uint8Array {
  const open = (shape: readonly number[]) => shape.map((size) => (size < 0 ? 'batch' : size));
  return buildModel({
    inputs: { x: open(input) },
    tensors,
    nodes,
    outputs: { y: open(output) },
  });
}

/** Two layers, 6 in, 8 between, 3 out: `k1 [6, 8]`, `b1`, `k2 [8, 3]`, `b2`. */
export function perceptron({ k1 = 'k1', b1 = 'b1' }: { readonly k1?: string; readonly b1?: string } = {}) {
  return modelOf(
    [-1, 6],
    [-1, 3],
    [
      randomTensor(k1, [6, 8], 1),
      randomTensor(b1, [8], 2, 0.1),
      randomTensor('k2', [8, 3], 3),
      randomTensor('b2', [3], 4, 0.1),
    ],
    [
      ['MatMul', ['x', k1], ['h']],
      ['Add', ['h', b1], ['hb']],
      ['Tanh', ['hb'], ['a']],
      ['Gemm', ['a', 'k2', 'b2'], ['y']],
    ],
  );
}

/** A batch for {@link perceptron}: one-hot targets. */
export function perceptronBatch(size: number, seed: number) {
  const x = numbers(size * 6, 100 + seed);
  const y = new Float32Array(size * 3);
  for (let row = 0; row < size; row += 1) {
    const sums = [0, 1, 2].map((k) => x[row * 6 + k]! + 0.5 * x[row * 6 + 3 + k]!);
    y[row * 3 + sums.indexOf(Math.max(...sums))] = 1;
  }
  return { inputs: { x }, targets: { y } };
}
