import { describe, requireChoice, requireOptions, requireWhole } from '@synaprune/core/checks';
import { packSparse } from '../pack/pack-sparse.js';
import type { SparseWeights } from '../pack/sparse-weights.js';
import { CELL_ACTIVATIONS, type CellActivation } from './activations.js';

/** Kinds of recurrent cells. */
export type Cell = 'lstm' | 'gru' | 'rnn';

/** A recurrent layer, as TensorFlow.js and Keras hold its weights. */
export interface RecurrentLayer {
  readonly cell: Cell;
  readonly inputs: number;
  readonly units: number;
  /**
   * `[inputs, gates · units]`, row-major. An LSTM has the gates input, forget, cell and output, a GRU update, reset and
   * candidate, a simple cell one.
   */
  readonly kernel: Float32Array;
  /** `[units, gates · units]`. */
  readonly recurrentKernel: Float32Array;
  /** `[gates · units]`; of a GRU with `resetAfter` `[2, gates · units]`, that of the recurrent product second. 0 unless told. */
  readonly bias?: Float32Array;
  /** `tanh` unless told. */
  readonly activation?: CellActivation;
  /** Of the gates; `sigmoid` unless told. TensorFlow.js's own layers take `hardSigmoid` unless they are told. */
  readonly recurrentActivation?: CellActivation;
  /** Whether a GRU applies its reset gate after the recurrent product; false unless told. */
  readonly resetAfter?: boolean;
  /** Sequences that will be run at a time, by which the kernels are chosen: 1 unless told. Others work as well. */
  readonly batch?: number;
  /** Packed bits of what is kept of the kernels, in their layouts; what is not 0 unless told. */
  readonly mask?: { readonly kernel?: Uint8Array; readonly recurrentKernel?: Uint8Array };
}

/** A recurrent layer of which only the kept weights are held: a plain value. */
export interface RecurrentWeights {
  readonly cell: Cell;
  readonly inputs: number;
  readonly units: number;
  readonly activation: CellActivation;
  readonly recurrentActivation: CellActivation;
  readonly resetAfter: boolean;
  /** Of the inputs. */
  readonly kernel: SparseWeights;
  /** Of the state; of a GRU update and reset gate, then the candidate. */
  readonly recurrent: readonly SparseWeights[];
  /** What the sums of the inputs start from; those of the state go on from them. */
  readonly bias: Float32Array;
  /** What the sums of the state with the candidate start from where that is reset after the product. */
  readonly candidateBias?: Float32Array;
  readonly kept: number;
  readonly sparsity: number;
}

const CALLER = 'packRecurrent';
const GATES: Readonly<Record<Cell, number>> = { lstm: 4, gru: 3, rnn: 1 };
const KEYS = [
  'cell',
  'inputs',
  'units',
  'kernel',
  'recurrentKernel',
  'bias',
  'activation',
  'recurrentActivation',
  'resetAfter',
  'batch',
  'mask',
];

/** How many gates a cell has. */
export function gatesOf(cell: Cell): number {
  return GATES[cell];
}

/**
 * Packs a recurrent layer for {@link runRecurrent}. The values are copied.
 *
 * @throws TypeError where a field is of another type; RangeError where a length does not fit
 *
 * @example
 * ```ts
 * import { packRecurrent, runRecurrent } from '@synaprune/sparse';
 *
 * // One unit that adds up what it is shown.
 * const kernel = Float32Array.of(1, 0); // of 2 inputs it takes the first
 * const layer = { cell: 'rnn', inputs: 2, units: 1, kernel, recurrentKernel: Float32Array.of(1) } as const;
 * const packed = packRecurrent({ ...layer, activation: 'linear' });
 * const sequence = Float32Array.of(1, 5, 2, 5, 3, 5); // 3 steps
 * console.log(runRecurrent(packed, sequence, { steps: 3, sequences: true }).outputs); // Float32Array(3) [ 1, 3, 6 ]
 * ```
 */
export function packRecurrent(layer: RecurrentLayer): RecurrentWeights {
  requireOptions(CALLER, '', layer as unknown, KEYS);
  const { cell, inputs, units, kernel, recurrentKernel, bias, mask = {} } = layer;
  const { activation = 'tanh', recurrentActivation = 'sigmoid', resetAfter = false, batch = 1 } = layer;
  requireChoice(CALLER, 'cell', cell, Object.keys(GATES) as Cell[]);
  requireWhole(CALLER, 'inputs', inputs, 1);
  requireWhole(CALLER, 'units', units, 1);
  requireChoice(CALLER, 'activation', activation, CELL_ACTIVATIONS);
  requireChoice(CALLER, 'recurrentActivation', recurrentActivation, CELL_ACTIVATIONS);
  requireWhole(CALLER, 'batch', batch, 1);
  requireOptions(CALLER, 'mask', mask as unknown, ['kernel', 'recurrentKernel']);
  if (resetAfter && cell !== 'gru')
    throw new TypeError(`${CALLER} has resetAfter for a gru only, got ${cell}`);
  const wide = GATES[cell] * units;
  const length = resetAfter ? 2 * wide : wide;
  if (bias !== undefined && !(bias instanceof Float32Array && bias.length === length)) {
    throw new RangeError(
      `${CALLER} needs bias in a Float32Array of ${length} numbers, got ${describe(bias)}`,
    );
  }
  const packedKernel = packSparse(kernel, [inputs, wide], {
    transposed: true,
    // Of one sequence, its steps are a batch.
    batch: Math.max(8, batch),
    ...(mask.kernel && { mask: mask.kernel }),
  });
  const recurrentMask = mask.recurrentKernel;
  const columns = (from: number, count: number): SparseWeights =>
    packColumns(recurrentKernel, recurrentMask, { units, wide, from, count }, batch);
  const recurrent =
    cell === 'gru'
      ? [columns(0, 2 * units), columns(2 * units, units)]
      : [
          packSparse(recurrentKernel, [units, wide], {
            transposed: true,
            batch,
            ...(recurrentMask && { mask: recurrentMask }),
          }),
        ];
  const kept = recurrent.reduce((sum, part) => sum + part.kept, packedKernel.kept);
  return {
    cell,
    inputs,
    units,
    activation,
    recurrentActivation,
    resetAfter,
    kernel: packedKernel,
    recurrent,
    ...packBias(bias, units, wide, resetAfter),
    kept,
    sparsity: 1 - kept / ((inputs + units) * wide),
  };
}

/** Both biases of a gate are one; those of a candidate that is reset between them stay two. */
function packBias(
  given: Float32Array | undefined,
  units: number,
  wide: number,
  resetAfter: boolean,
): Pick<RecurrentWeights, 'bias' | 'candidateBias'> {
  const bias = given?.slice(0, wide) ?? new Float32Array(wide);
  if (!resetAfter) return { bias };
  for (let row = 0; row < 2 * units; row += 1) bias[row]! += given?.[wide + row] ?? 0;
  return { bias, candidateBias: given?.slice(wide + 2 * units) ?? new Float32Array(units) };
}

/** Some columns of a recurrent kernel, packed for themselves. */
function packColumns(
  kernel: Float32Array,
  mask: Uint8Array | undefined,
  { units, wide, from, count }: Readonly<Record<'units' | 'wide' | 'from' | 'count', number>>,
  batch: number,
): SparseWeights {
  const values = new Float32Array(units * count);
  const bits = new Uint8Array(Math.ceil(values.length / 8));
  for (let i = 0; i < values.length; i += 1) {
    const at = Math.floor(i / count) * wide + from + (i % count);
    values[i] = kernel[at]!;
    const isKept = mask === undefined ? kernel[at] !== 0 : ((mask[at >> 3]! >> (at & 7)) & 1) === 1;
    if (isKept) bits[i >> 3]! |= 1 << (i & 7);
  }
  return packSparse(values, [units, count], { transposed: true, mask: bits, batch });
}
