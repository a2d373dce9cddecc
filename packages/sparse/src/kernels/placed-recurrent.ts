import { describe, requireBoolean, requireOptions, requireWhole } from '@synaprune/core/checks';
import type { RecurrentWeights } from '../recurrent/recurrent-weights.js';
import type { PlacedSequence } from '../recurrent/run-sequence.js';

/** A sequence inside a memory. Offsets are in bytes, and multiples of four. */
export interface PlacedRun {
  /** Of `[batch, steps, inputs]`. */
  readonly inputs: number;
  /** Of `[batch, steps, units]` where all states are wanted, else of `[batch, units]`. Written to. */
  readonly out: number;
  readonly steps: number;
  /** Samples; 1 unless told. */
  readonly batch?: number;
  /** Whether all states are wanted, and not only the last; false unless told. */
  readonly sequences?: boolean;
  /** Whether the last step comes first, with the outputs in that order; false unless told. */
  readonly backwards?: boolean;
  /** Of `[batch, units]`: where it starts, and where it ends. It starts from 0 unless told. */
  readonly state?: number;
  /** The same of an LSTM's cells. */
  readonly cell?: number;
}

const CALLER = 'run of a placed layer';
const KEYS = ['inputs', 'out', 'steps', 'batch', 'sequences', 'backwards', 'state', 'cell'];

/** @throws TypeError | RangeError where a part is not in the memory; a state at 0 is none */
export function checkRun(
  sizeBytes: number,
  { inputs, units }: RecurrentWeights,
  run: PlacedRun,
): PlacedSequence {
  requireOptions(CALLER, '', run as unknown, KEYS);
  const { steps, batch = 1, sequences = false, backwards = false, state, cell } = run;
  requireWhole(CALLER, 'steps', steps, 1);
  requireWhole(CALLER, 'batch', batch);
  requireBoolean(CALLER, 'sequences', sequences);
  requireBoolean(CALLER, 'backwards', backwards);
  requireInside('inputs', run.inputs, batch * steps * inputs);
  requireInside('out', run.out, batch * (sequences ? steps : 1) * units);
  if (state !== undefined) requireInside('state', state, batch * units, 4);
  if (cell !== undefined) requireInside('cell', cell, batch * units, 4);
  const { inputs: inputsAt, out } = run;
  return { inputs: inputsAt, out, batch, steps, sequences, backwards, state: state ?? 0, cell: cell ?? 0 };

  function requireInside(field: string, at: unknown, length: number, least = 0): void {
    requireWhole(CALLER, field, at, least);
    if (at % 4 === 0 && at + 4 * length <= sizeBytes) return;
    throw new RangeError(
      `${CALLER} needs ${field} to be an offset in bytes, a multiple of 4, of ${length} float32 inside ` +
        `${sizeBytes} bytes, got ${describe(at)}`,
    );
  }
}
