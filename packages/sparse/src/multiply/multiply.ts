import { describe, requireChoice, requireOptions, requireWhole } from '@synaprune/core/checks';
import { defaultKernels } from '../kernels/default-kernels.js';
import { ACTIVATIONS, type Activation, type SparseKernels } from '../kernels/kernels.js';
import { requireApart } from '../kernels/require-apart.js';
import { requirePacked } from '../pack/require-packed.js';
import type { SparseWeights } from '../pack/sparse-weights.js';

/** What `multiply` is told. */
export interface MultiplyOptions {
  /** Samples. Unless told, as many as the inputs hold. */
  readonly batch?: number;
  /** What the sums start from, one for each output: 0 unless told. */
  readonly bias?: Float32Array;
  /** What follows: nothing unless told. */
  readonly activation?: Activation;
  /** Where the product is written, `[batch, outputs]`: a new array unless told. It must not share memory with the inputs or the bias. */
  readonly out?: Float32Array;
  /** The loops: the fastest there are, unless told. */
  readonly kernels?: SparseKernels;
}

const CALLER = 'multiply';

/**
 * inputs [batch, inputs] times packed weights [outputs, inputs], transposed: what a dense layer, or a 1×1 convolution
 * with its pixels as the batch, makes of them.
 *
 * Each output is one float32 sum, from the bias or +0, over the kept weights in the order of their inputs; an infinity or
 * NaN among the inputs gives what it gives with all weights. So the bits are those of a plain dense loop, whatever the
 * loops, and however many samples there are.
 *
 * @returns `[batch, outputs]`, row-major: `out` where it was given
 * @throws TypeError where an argument is of another type; RangeError where a length does not fit, or `out` lies over what is read
 *
 * @example
 * ```ts
 * import { multiply, packSparse } from '@synaprune/sparse';
 *
 * const packed = packSparse(Float32Array.of(0, 2, 0, -1, 0, 0.5), [2, 3]);
 * const inputs = Float32Array.of(1, 10, 100, 1, 0, -1); // 2 samples
 * console.log(multiply(packed, inputs, { bias: Float32Array.of(0.5, 0), activation: 'relu' }));
 * // Float32Array(4) [ 20.5, 49, 0.5, 0 ]
 * ```
 */
export function multiply(
  packed: SparseWeights,
  inputs: Float32Array,
  options: MultiplyOptions = {},
): Float32Array {
  requireOptions(CALLER, '', options as unknown, ['batch', 'bias', 'activation', 'out', 'kernels']);
  const { bias, activation = 'linear', kernels = defaultKernels() } = options;
  requirePacked(CALLER, packed);
  const [outputs, length] = packed.shape;
  requireFloats('inputs', inputs);
  const { batch = length === 0 ? 1 : inputs.length / length } = options;
  if (!Number.isInteger(batch)) {
    throw new RangeError(`${CALLER} needs inputs of ${length} numbers a sample, got ${inputs.length}`);
  }
  requireWhole(CALLER, 'batch', batch);
  requireFloats('inputs', inputs, batch * length);
  if (bias !== undefined) requireFloats('bias', bias, outputs);
  requireChoice(CALLER, 'activation', activation, ACTIVATIONS);
  const { out = new Float32Array(batch * outputs) } = options;
  requireFloats('out', out, batch * outputs);
  const read = [['inputs', inputs] as const, ...(bias === undefined ? [] : [['bias', bias] as const])];
  requireApart(
    CALLER,
    ['out', out.byteOffset, out.length],
    read
      .filter(([, { buffer }]) => buffer === out.buffer)
      .map(([field, { byteOffset, length }]) => [field, byteOffset, length]),
  );
  kernels.multiply({ weights: packed, inputs, batch, bias, activation, out });
  return out;
}

function requireFloats(field: string, numbers: unknown, length?: number): void {
  if (!(numbers instanceof Float32Array)) {
    throw new TypeError(`${CALLER} needs ${field} in a Float32Array, got ${describe(numbers)}`);
  }
  if (length !== undefined && numbers.length !== length) {
    throw new RangeError(`${CALLER} needs ${field} of ${length} numbers, got ${numbers.length}`);
  }
}
