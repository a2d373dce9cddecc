import { clamp } from '../clamp.js';
import { RANGES, type SparseKernels } from './kernels.js';
import { repairSamples } from './not-finite.js';
import { eachRow } from './rows.js';
import { runInScript } from './script-sequence.js';

/**
 * The loops in plain TypeScript, for where there is no WASM SIMD: slower, with the same bits.
 */
export const scriptKernels: SparseKernels = {
  multiply(product) {
    const { weights, inputs, batch, bias, out } = product;
    const { shape, kernel, block, columns, values } = weights;
    const [outputs, length] = shape;
    const [low, high] = RANGES[product.activation];
    const isDense = kernel === 'dense';
    eachRow(weights, (row, steps, column, value, lanes) => {
      const start = bias === undefined ? 0 : bias[row]!;
      let sample = 0;
      // Four at a time, so that columns and values are read once for all of them.
      for (; sample + 4 <= batch; sample += 4) {
        const [a, b, c, d] = [0, 1, 2, 3].map((i) => (sample + i) * length) as [
          number,
          number,
          number,
          number,
        ];
        let [s0, s1, s2, s3] = [start, start, start, start];
        for (let step = 0; step < steps; step += 1) {
          const at = isDense ? step : columns[column + step * lanes]!;
          const weight = values[value + step * lanes * block]!;
          s0 = Math.fround(s0 + Math.fround(weight * inputs[a + at]!));
          s1 = Math.fround(s1 + Math.fround(weight * inputs[b + at]!));
          s2 = Math.fround(s2 + Math.fround(weight * inputs[c + at]!));
          s3 = Math.fround(s3 + Math.fround(weight * inputs[d + at]!));
        }
        const to = sample * outputs + row;
        out[to] = clamp(s0, low, high);
        out[to + outputs] = clamp(s1, low, high);
        out[to + 2 * outputs] = clamp(s2, low, high);
        out[to + 3 * outputs] = clamp(s3, low, high);
      }
      for (; sample < batch; sample += 1) {
        const from = sample * length;
        let sum = start;
        for (let step = 0; step < steps; step += 1) {
          const at = isDense ? step : columns[column + step * lanes]!;
          sum = Math.fround(sum + Math.fround(values[value + step * lanes * block]! * inputs[from + at]!));
        }
        out[sample * outputs + row] = clamp(sum, low, high);
      }
    });
    return repairSamples(product);
  },
  run(sequence) {
    return runInScript(sequence, scriptKernels.multiply);
  },
};
