import { clamp } from '../clamp.js';
import { type Product, RANGES } from './kernels.js';
import { eachRow } from './rows.js';

/**
 * Gives the samples that hold an infinity or NaN what the dense product gives: such an input times a weight that is not
 * kept, which is 0, is NaN, and so is a sum that has it.
 *
 * @returns whether there were none
 */
export function repairSamples(product: Product): boolean {
  const { weights, inputs, batch, out } = product;
  // Where all weights are multiplied there is nothing to make up for.
  if (weights.kernel === 'dense') return inputs.every(Number.isFinite);
  let finite = true;
  const [outputs, length] = weights.shape;
  for (let sample = 0; sample < batch; sample += 1) {
    const x = inputs.subarray(sample * length, (sample + 1) * length);
    if (x.every(Number.isFinite)) continue;
    finite = false;
    repair(product, x, out.subarray(sample * outputs, (sample + 1) * outputs));
  }
  return finite;
}

function repair({ weights, bias, activation }: Product, x: Float32Array, y: Float32Array): void {
  const { block, columns, values } = weights;
  const [low, high] = RANGES[activation];
  const all = x.reduce((count, number) => count + Number(!Number.isFinite(number)), 0);
  eachRow(weights, (row, steps, column, value, lanes) => {
    let sum = bias === undefined ? 0 : bias[row]!;
    let met = 0;
    for (let step = 0; step < steps; step += 1) {
      const input = x[columns[column + step * lanes]!]!;
      if (!Number.isFinite(input)) met += 1;
      sum = Math.fround(sum + Math.fround(values[value + step * lanes * block]! * input));
    }
    y[row] = met < all ? Number.NaN : clamp(sum, low, high);
  });
}
