import type { Placed } from '../machine/machine.js';
import type { Cell, CellKind } from './cells.js';

/** Where a step finds its numbers: indices of floats of one memory. */
export interface StepPlaces {
  readonly samples: number;
  /** What the inputs of the first sample give, the bias with it: `[gates · units]`. */
  readonly inputs: number;
  /** From one sample's inputs to the next's. */
  readonly stride: number;
  /** `[samples, units]` each, read and written. */
  readonly states: readonly number[];
  /** Room for `[samples, (gates + 1) · units]`. */
  readonly room: number;
  /** Of the first sample, and from one sample's to the next's; absent where all steps count. */
  readonly mask?: { readonly at: number; readonly stride: number };
}

/** Steps of a cell whose recurrent kernel is in the memory: whole, or its gates and its candidate apart. */
export interface StepParts {
  readonly cell: Cell;
  readonly recurrent: readonly Placed[];
  floats(): Float32Array;
}

type Step = (parts: StepParts, places: StepPlaces) => boolean;

/** One step of all samples; states are written over. `false` where they are not finite. Sums and products are rounded as those of tfjs. */
export const STEPS: Readonly<Record<CellKind, Step>> = { rnn: stepRnn, lstm: stepLstm, gru: stepGru };

const FLOAT = 4;

/** h' = f(x·W + b + h·R) */
function stepRnn({ cell, recurrent, floats }: StepParts, places: StepPlaces): boolean {
  const { units, activation } = cell;
  const { samples, room, states } = places;
  if (!recurrent[0]!.multiply({ inputs: FLOAT * states[0]!, out: FLOAT * room, batch: samples }))
    return false;
  const heap = floats();
  addInputs(heap, places, room, units, 0);
  activation(heap, room, room + samples * units);
  for (let s = 0; s < samples; s += 1) settle(heap, places, s, states[0]!, room + s * units, units);
  return true;
}

/** i, f, g, o of x·W + b + h·R; c' = f·c + i·g; h' = o·tanh(c') */
function stepLstm({ cell, recurrent, floats }: StepParts, places: StepPlaces): boolean {
  const { units, activation, recurrentActivation } = cell;
  const { samples, room, states } = places;
  const [hidden, carry] = states as readonly [number, number];
  const next = room + 4 * samples * units;
  if (!recurrent[0]!.multiply({ inputs: FLOAT * hidden, out: FLOAT * room, batch: samples })) return false;
  const heap = floats();
  addInputs(heap, places, room, 4 * units, 0);
  for (let s = 0; s < samples; s += 1) {
    const [i, f, g, o] = [0, 1, 2, 3].map((gate) => room + (4 * s + gate) * units) as [
      number,
      number,
      number,
      number,
    ];
    const [before, after] = [carry + s * units, next + s * units];
    recurrentActivation(heap, i, g);
    activation(heap, g, o);
    recurrentActivation(heap, o, o + units);
    for (let u = 0; u < units; u += 1) {
      const kept = Math.fround(heap[f + u]! * heap[before + u]!);
      heap[after + u] = kept + Math.fround(heap[i + u]! * heap[g + u]!);
      heap[g + u] = heap[after + u]!;
    }
    activation(heap, g, o);
    for (let u = 0; u < units; u += 1) heap[o + u] = heap[o + u]! * heap[g + u]!;
    settle(heap, places, s, hidden, o, units);
    settle(heap, places, s, carry, after, units);
  }
  return true;
}

/** z, r of x·W + b + h·R; candidate of x·W + b + (r·h)·R; h' = z·h + (1 − z)·candidate */
function stepGru({ cell, recurrent, floats }: StepParts, places: StepPlaces): boolean {
  const { units, activation, recurrentActivation } = cell;
  const { samples, room, states } = places;
  const [hidden] = states as readonly [number];
  const [through, candidate] = [room + 2 * samples * units, room + 3 * samples * units];
  if (!recurrent[0]!.multiply({ inputs: FLOAT * hidden, out: FLOAT * room, batch: samples })) return false;
  let heap = floats();
  addInputs(heap, places, room, 2 * units, 0);
  recurrentActivation(heap, room, room + 2 * samples * units);
  for (let s = 0; s < samples; s += 1) {
    const [reset, state] = [room + (2 * s + 1) * units, s * units];
    for (let u = 0; u < units; u += 1)
      heap[through + state + u] = heap[reset + u]! * heap[hidden + state + u]!;
  }
  if (!recurrent[1]!.multiply({ inputs: FLOAT * through, out: FLOAT * candidate, batch: samples }))
    return false;
  heap = floats();
  addInputs(heap, places, candidate, units, 2 * units);
  activation(heap, candidate, candidate + samples * units);
  for (let s = 0; s < samples; s += 1) {
    const [update, state] = [room + 2 * s * units, s * units];
    for (let u = 0; u < units; u += 1) {
      const z = heap[update + u]!;
      const kept = Math.fround(z * heap[hidden + state + u]!);
      const drawn = Math.fround(Math.fround(1 - z) * heap[candidate + state + u]!);
      heap[candidate + state + u] = kept + drawn;
    }
    settle(heap, places, s, hidden, candidate + state, units);
  }
  return true;
}

/** Adds to `[samples, width]` what the inputs give, from their number `first` on. */
function addInputs(
  heap: Float32Array,
  { samples, inputs, stride }: StepPlaces,
  to: number,
  width: number,
  first: number,
): void {
  for (let s = 0; s < samples; s += 1) {
    const [from, at] = [inputs + s * stride + first, to + s * width];
    for (let i = 0; i < width; i += 1) heap[at + i] = heap[from + i]! + heap[at + i]!;
  }
}

/** Writes a sample's new state where its step counts; where it does not, the state stays. */
function settle(
  heap: Float32Array,
  { mask }: StepPlaces,
  sample: number,
  states: number,
  from: number,
  units: number,
): void {
  const to = states + sample * units;
  if (mask === undefined) {
    heap.copyWithin(to, from, from + units);
    return;
  }
  // As tfjs does: where either is infinite, the sum is NaN.
  const counts = heap[mask.at + sample * mask.stride]!;
  for (let u = 0; u < units; u += 1) {
    heap[to + u] = Math.fround(heap[from + u]! * counts) + Math.fround(heap[to + u]! * (1 - counts));
  }
}
