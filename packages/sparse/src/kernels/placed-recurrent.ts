import { requireBoolean, requireOptions, requireWhole } from '@synaprune/core/checks';
import type { RecurrentWeights } from '../recurrent/recurrent-weights.js';
import { requireApart } from './require-apart.js';
import { requireInside } from './require-inside.js';
import type { PlacedSequence } from './wasm-sequence.js';

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
  /** Of `[batch, steps]`, 0 where a step does not count: the state stays as it is. All count unless told. */
  readonly mask?: number;
  /** Of `[batch, units]`: where it starts, and where it ends. Unless told it starts from 0, and ends nowhere. */
  readonly state?: number;
  /** The same of an LSTM's cells. */
  readonly cell?: number;
}

const CALLER = 'run of a placed layer';
const KEYS = ['inputs', 'out', 'steps', 'batch', 'sequences', 'backwards', 'mask', 'state', 'cell'];

/** @throws TypeError | RangeError where a part is not in the memory; a mask or state at 0 is none */
export function checkRun(
  sizeBytes: number,
  { inputs, units }: RecurrentWeights,
  run: PlacedRun,
): PlacedSequence {
  requireOptions(CALLER, '', run as unknown, KEYS);
  const { steps, batch = 1, sequences = false, backwards = false, mask, state, cell } = run;
  requireWhole(CALLER, 'steps', steps, 1);
  requireWhole(CALLER, 'batch', batch);
  requireBoolean(CALLER, 'sequences', sequences);
  requireBoolean(CALLER, 'backwards', backwards);
  requireInside(CALLER, 'inputs', run.inputs, batch * steps * inputs, sizeBytes);
  requireInside(CALLER, 'out', run.out, batch * (sequences ? steps : 1) * units, sizeBytes);
  if (mask !== undefined) requireInside(CALLER, 'mask', mask, batch * steps, sizeBytes, 4);
  if (state !== undefined) requireInside(CALLER, 'state', state, batch * units, sizeBytes, 4);
  if (cell !== undefined) requireInside(CALLER, 'cell', cell, batch * units, sizeBytes, 4);
  const { inputs: inputsAt, out } = run;
  const states = [
    ['state', state ?? 0, state === undefined ? 0 : batch * units],
    ['cell', cell ?? 0, cell === undefined ? 0 : batch * units],
  ] as const;
  const read = [
    ['inputs', inputsAt, batch * steps * inputs],
    ['mask', mask ?? 0, mask === undefined ? 0 : batch * steps],
  ] as const;
  requireApart(CALLER, ['out', out, batch * (sequences ? steps : 1) * units], [...read, ...states]);
  requireApart(CALLER, states[0], [...read, states[1]]);
  requireApart(CALLER, states[1], read);
  const own = { mask: mask ?? 0, state: state ?? 0, cell: cell ?? 0 };
  return { inputs: inputsAt, out, batch, steps, sequences, backwards, ...own };
}
