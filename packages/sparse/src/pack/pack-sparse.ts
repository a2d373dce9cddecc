import { packedLength } from '@synaprune/core';
import {
  describe,
  requireBoolean,
  requireChoice,
  requireOptions,
  requireWhole,
} from '@synaprune/core/checks';
import { type Choice, chooseKernel } from './choose-kernel.js';
import { columnsOfUnits, type Matrix, readMatrix } from './matrix.js';
import { packDense, packSlices } from './slices.js';
import type { SparseWeights } from './sparse-weights.js';

/** What `packSparse` is told. */
export interface PackOptions {
  /**
   * Which weights are kept: packed bits in the layout of the values, element i in bit `i & 7` of byte `i >> 3`. A kept
   * weight may be 0, and what is not kept counts as +0 whatever it is. Without a mask, what is not 0 is kept.
   */
  readonly mask?: Uint8Array;
  /**
   * Consecutive outputs that were pruned as one: 1, 4 or 16. Unless told, what is faster with the weights as they are:
   * zeros inside of a block are multiplied by.
   */
  readonly block?: 1 | 4 | 16;
  /** Whether the values lie as `[inputs, outputs]`, as kernels of TensorFlow.js and Keras do. The shape is then that. */
  readonly transposed?: boolean;
  /** Samples that will be multiplied at a time, by which the kernel is chosen: 1 unless told. Others work as well. */
  readonly batch?: number;
  /** `sparse` where all weights are not to be multiplied even if that is faster; `auto` unless told. */
  readonly kernel?: 'auto' | 'sparse' | 'dense';
}

const CALLER = 'packSparse';
const KERNELS = ['auto', 'sparse', 'dense'] as const;
/** More elements than a plain array can index safely in 32 bits are not packed. */
const MOST = 2 ** 31;

/**
 * Packs a matrix for products that skip what is not kept. The values are copied.
 *
 * @param values row-major
 * @param shape `[outputs, inputs]`; `[inputs, outputs]` where `transposed`
 * @throws TypeError where an argument is of another type; RangeError where a shape, a mask or a block does not fit
 *
 * @example
 * ```ts
 * import { multiply, packSparse } from '@synaprune/sparse';
 *
 * // 2 outputs of 3 inputs.
 * const packed = packSparse(Float32Array.of(0, 2, 0, -1, 0, 0.5), [2, 3]);
 * console.log(packed.kept, packed.sparsity); // 3 0.5
 * console.log(multiply(packed, Float32Array.of(1, 10, 100))); // Float32Array(2) [ 20, 49 ]
 * ```
 */
export function packSparse(
  values: Float32Array,
  shape: readonly [number, number],
  options: PackOptions = {},
): SparseWeights {
  const { mask, transposed, block, batch, kernel } = check(values, shape, options);
  const matrix = readMatrix(values, shape, mask, transposed);
  const elements = values.length;
  const kept = matrix.kept.reduce((sum, flag) => sum + flag, 0);
  const choice = choose(matrix, block, batch, kernel);
  const slices = choice.kernel === 'dense' ? packDense(matrix) : packSlices(matrix, choice.block);
  const { order, lengths, columns, values: stored } = slices;
  return {
    shape: [matrix.rows, matrix.columns],
    kernel: choice.kernel,
    kept,
    sparsity: elements === 0 ? 0 : 1 - kept / elements,
    sizeBytes: order.byteLength + lengths.byteLength + columns.byteLength + stored.byteLength,
    ...slices,
  };
}

function choose(
  matrix: Matrix,
  asked: 1 | 4 | 16 | undefined,
  batch: number,
  kernel: (typeof KERNELS)[number],
): Choice {
  if (kernel === 'dense') return { kernel, block: 16 };
  const blocks = asked === undefined ? ([1, 4, 16] as const) : ([asked] as const);
  const stored = { 1: 0, 4: 0, 16: 0 };
  for (const block of blocks) stored[block] = block * columnsOfUnits(matrix, block).starts.at(-1)!;
  // Nothing is as slow as all weights where those are not to be chosen.
  return chooseKernel(batch, matrix.rows * matrix.columns, stored, blocks, kernel === 'auto');
}

function check(values: Float32Array, shape: readonly [number, number], options: PackOptions) {
  requireOptions(CALLER, '', options as unknown, ['mask', 'block', 'transposed', 'batch', 'kernel']);
  const { mask, block, transposed = false, batch = 1, kernel = 'auto' } = options;
  if (!(values instanceof Float32Array)) {
    throw new TypeError(`${CALLER} needs values in a Float32Array, got ${describe(values)}`);
  }
  if (!Array.isArray(shape) || shape.length !== 2) {
    throw new TypeError(`${CALLER} needs a shape of two lengths, as in [512, 256], got ${describe(shape)}`);
  }
  const [first, second] = shape as readonly [number, number];
  requireWhole(CALLER, 'shape[0]', first);
  requireWhole(CALLER, 'shape[1]', second);
  const elements = first * second;
  if (elements >= MOST) throw new RangeError(`${CALLER} needs fewer than 2^31 weights, got ${elements}`);
  if (values.length !== elements) {
    throw new RangeError(
      `${CALLER} needs ${elements} values for the shape [${first}, ${second}], got ${values.length}`,
    );
  }
  requireBoolean(CALLER, 'transposed', transposed);
  requireWhole(CALLER, 'batch', batch, 1);
  requireChoice(CALLER, 'kernel', kernel, KERNELS);
  if (block !== undefined && block !== 1 && block !== 4 && block !== 16) {
    throw new RangeError(`${CALLER} needs block to be 1, 4 or 16 outputs, got ${describe(block)}`);
  }
  if (mask !== undefined) requireMask(mask, elements);
  return { mask, transposed, block, batch, kernel };
}

function requireMask(mask: unknown, elements: number): void {
  if (!(mask instanceof Uint8Array)) {
    throw new TypeError(`${CALLER} needs mask to be packed bits in a Uint8Array, got ${describe(mask)}`);
  }
  if (mask.length !== packedLength(elements)) {
    throw new RangeError(
      `${CALLER} needs mask of ${packedLength(elements)} bytes for ${elements} weights, got ${mask.length}`,
    );
  }
}
