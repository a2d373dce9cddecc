import { clamp, RANGES, type SparseKernels } from './kernels.js';
import { repairSamples } from './not-finite.js';
import { eachRow } from './rows.js';

/**
 * The loops in plain TypeScript, for where there is no WASM SIMD: slower, with the same bits.
 */
export const scriptKernels: SparseKernels = {
  multiply(product) {
    const { weights, inputs, batch, bias, out } = product;
    const [outputs, length] = weights.shape;
    const [low, high] = RANGES[product.activation];
    for (let sample = 0; sample < batch; sample += 1) {
      const x = inputs.subarray(sample * length, (sample + 1) * length);
      const y = out.subarray(sample * outputs, (sample + 1) * outputs);
      eachRow(weights, (row, steps, column, value, stride) => {
        let sum = bias === undefined ? 0 : bias[row]!;
        for (let step = 0; step < steps; step += 1) {
          sum = Math.fround(
            sum +
              Math.fround(
                weights.values[value + step * stride * weights.block]! *
                  x[weights.columns[column + step * stride]!]!,
              ),
          );
        }
        y[row] = clamp(sum, low, high);
      });
    }
    repairSamples(product);
  },
};
