import { packedLength } from '@synaprune/core';
import { describe, requireBoolean, requireOptions, requireWhole } from '@synaprune/core/checks';
import { type Matrix, packSlices } from './slices.js';
import type { SparseWeights } from './sparse-weights.js';

/** What `packSparse` is told. */
export interface PackOptions {
  /**
   * Which weights are kept: packed bits in the layout of the values, element i in bit `i & 7` of byte `i >> 3`. A kept
   * weight may be 0, and what is not kept counts as +0 whatever it is. Without a mask, what is not 0 is kept.
   */
  readonly mask?: Uint8Array;
  /** Consecutive outputs that were pruned as one: 1 (unless told), 4 or 16. */
  readonly block?: 1 | 4 | 16;
  /** Whether the values lie as `[inputs, outputs]`, as kernels of TensorFlow.js and Keras do. The shape is then that. */
  readonly transposed?: boolean;
}

const CALLER = 'packSparse';
/** Units of a slice, by the rows of a unit. */
const LANES = { 1: 8, 4: 4, 16: 1 } as const;
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
  const matrix = checkMatrix(values, shape, options);
  const { block = 1 } = options;
  const lanes = LANES[block];
  const slices = packSlices(matrix, block, lanes);
  const elements = matrix.rows * matrix.columns;
  let kept = 0;
  for (let row = 0; row < matrix.rows; row += 1) {
    for (let column = 0; column < matrix.columns; column += 1) kept += Number(matrix.isKept(row, column));
  }
  const sizeBytes = [slices.order, slices.lengths, slices.columns, slices.values].reduce(
    (sum, array) => sum + array.byteLength,
    0,
  );
  return {
    shape: [matrix.rows, matrix.columns],
    kernel: block === 1 ? 'csr' : 'blocks',
    block,
    lanes,
    kept,
    sparsity: elements === 0 ? 0 : 1 - kept / elements,
    sizeBytes,
    ...slices,
  };
}

function checkMatrix(values: Float32Array, shape: readonly [number, number], options: PackOptions): Matrix {
  requireOptions(CALLER, '', options as unknown, ['mask', 'block', 'transposed']);
  const { mask, block = 1, transposed = false } = options;
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
  if (block !== 1 && block !== 4 && block !== 16) {
    throw new RangeError(`${CALLER} needs block to be 1, 4 or 16 outputs, got ${describe(block)}`);
  }
  if (mask !== undefined) requireMask(mask, elements);
  const [rows, columns] = transposed ? [second, first] : [first, second];
  const [down, across] = transposed ? [1, second] : [second, 1];
  return {
    rows,
    columns,
    isKept(row, column) {
      const at = row * down + column * across;
      return mask === undefined ? values[at] !== 0 : ((mask[at >> 3]! >> (at & 7)) & 1) === 1;
    },
    valueAt: (row, column) => values[row * down + column * across]!,
  };
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
