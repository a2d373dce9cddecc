import { describe, requireBoolean, requireOptions, requireWhole } from '@synaprune/core/checks';
import { defaultKernels } from '../kernels/default-kernels.js';
import type { SparseKernels } from '../kernels/kernels.js';
import type { RecurrentWeights } from '../recurrent/recurrent-weights.js';

/** What `runRecurrent` is told. */
export interface RecurrentOptions {
  /** Steps of a sequence. */
  readonly steps: number;
  /** Whether all states are wanted, and not only the last; false unless told. */
  readonly sequences?: boolean;
  /** Whether the last step comes first, with the outputs in that order; false unless told. */
  readonly backwards?: boolean;
  /** `[batch, steps]`, 0 where a step does not count: the state stays as it is. All count unless told. */
  readonly mask?: Float32Array;
  /** Where the state starts, `[batch, units]`: 0 unless told. */
  readonly state?: Float32Array;
  /** Where an LSTM's cells start. */
  readonly cell?: Float32Array;
  /** The loops: the fastest there are, unless told. */
  readonly kernels?: SparseKernels;
}

/** What a recurrent layer gives. */
export interface RecurrentResult {
  /** `[batch, steps, units]` of all states, else `[batch, units]`. */
  readonly outputs: Float32Array;
  /** The last state, `[batch, units]`, and of an LSTM its cells. */
  readonly state: Float32Array;
  readonly cell?: Float32Array;
  /**
   * Whether all inputs are finite, and all states that were multiplied by weights, with a mask cells too. Where not, the
   * result is that of all weights nevertheless.
   */
  readonly wasFinite: boolean;
}

const CALLER = 'runRecurrent';
const KEYS = ['steps', 'sequences', 'backwards', 'mask', 'state', 'cell', 'kernels'];

/**
 * Runs a packed recurrent layer over whole sequences: the products of the inputs for all steps at once, then step by step
 * those of the state and the gates. WASM SIMD and plain loops give the same bits; activations are within 4 units in the
 * last place.
 *
 * @param inputs `[batch, steps, inputs]`
 * @throws TypeError where an argument is of another type; RangeError where a length does not fit
 *
 * @example
 * ```ts
 * import { packRecurrent, runRecurrent } from '@synaprune/sparse';
 *
 * const [inputs, units] = [2, 3];
 * const kernel = Float32Array.from({ length: inputs * 4 * units }, (_, i) => (i % 5 === 0 ? 0.5 : 0));
 * const recurrentKernel = new Float32Array(units * 4 * units);
 * const packed = packRecurrent({ cell: 'lstm', inputs, units, kernel, recurrentKernel });
 * const { outputs, cell } = runRecurrent(packed, new Float32Array(2 * 10 * inputs).fill(1), { steps: 10 });
 * console.log(outputs.length, cell?.length, packed.sparsity > 0.9); // 6 6 true
 * ```
 */
export function runRecurrent(
  packed: RecurrentWeights,
  inputs: Float32Array,
  options: RecurrentOptions,
): RecurrentResult {
  requireOptions(CALLER, '', options as unknown, KEYS);
  const { steps, sequences = false, backwards = false, kernels = defaultKernels() } = options;
  requireWhole(CALLER, 'steps', steps, 1);
  requireBoolean(CALLER, 'sequences', sequences);
  requireBoolean(CALLER, 'backwards', backwards);
  if (!(inputs instanceof Float32Array)) {
    throw new TypeError(`${CALLER} needs inputs in a Float32Array, got ${describe(inputs)}`);
  }
  const { units } = packed;
  const batch = inputs.length / (steps * packed.inputs);
  if (!Number.isInteger(batch)) {
    throw new RangeError(
      `${CALLER} needs inputs of ${steps} steps of ${packed.inputs} numbers a sample, got ${inputs.length}`,
    );
  }
  const { mask } = options;
  if (mask !== undefined) requireFloats('mask', mask, batch * steps);
  const isLstm = packed.cell === 'lstm';
  if (options.cell !== undefined && !isLstm) throw new TypeError(`${CALLER} takes a cell for an lstm only`);
  const state = startOf('state', options.state, batch * units);
  const cell = startOf('cell', options.cell, isLstm ? batch * units : 0);
  const outputs = new Float32Array(batch * (sequences ? steps : 1) * units);
  const sequence = { inputs, batch, steps, sequences, backwards, mask, state, cell, out: outputs };
  const wasFinite = kernels.run({ weights: packed, ...sequence });
  return isLstm ? { outputs, state, cell, wasFinite } : { outputs, state, wasFinite };
}

function startOf(field: string, given: Float32Array | undefined, length: number): Float32Array {
  if (given === undefined) return new Float32Array(length);
  requireFloats(field, given, length);
  return given.slice();
}

function requireFloats(field: string, numbers: unknown, length: number): void {
  if (numbers instanceof Float32Array && numbers.length === length) return;
  throw new RangeError(
    `${CALLER} needs ${field} in a Float32Array of ${length} numbers, got ${describe(numbers)}`,
  );
}
