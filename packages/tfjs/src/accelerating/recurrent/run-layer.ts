import type * as tf from '@tensorflow/tfjs-core';
import type { Lent, Machine, Made } from '../machine/machine.js';
import { STATES } from './cells.js';
import type { PlacedCell } from './run-cell.js';
import { runCells } from './run-cells.js';

/** What a recurrent layer is called with. */
export interface LayerRun {
  /** `[samples, steps, inputs]`. */
  readonly inputs: tf.TensorInfo;
  /** In the order of tfjs: those of the last cell first. Zeros unless told. */
  readonly states: readonly tf.TensorInfo[] | undefined;
  /** `[samples, steps]` of floats, 1 where a step counts, else 0. */
  readonly mask: tf.TensorInfo | undefined;
  readonly backwards: boolean;
  /** Whether the outputs of all steps are asked for. */
  readonly sequences: boolean;
}

/** What it gives. */
export interface LayerResult {
  /** `[samples, steps, units]`, where they were asked for. */
  readonly outputs: tf.TensorInfo | undefined;
  /** In the order of tfjs. */
  readonly states: readonly tf.TensorInfo[];
}

/** Runs a layer on tensors; `undefined` where the machine has no memory left for it, or not all is finite. */
export function runLayer(
  machine: Machine,
  cells: readonly PlacedCell[],
  run: LayerRun,
): LayerResult | undefined {
  const [samples, steps] = run.inputs.shape as [number, number];
  const read = [run.inputs, run.mask, ...(run.states ?? [])].map((tensor) => tensor && machine.lend(tensor));
  const states = cells.map(({ cell: { kind, units } }) =>
    Array.from({ length: STATES[kind] }, () => machine.make([samples, units])),
  );
  const { units } = cells.at(-1)!.cell;
  const outputs = run.sequences ? machine.make([samples, steps, units]) : undefined;
  const made = [outputs, ...states.flat()];
  const [inputs, mask, ...before] = read as [Lent, Lent | undefined, ...Lent[]];
  const room =
    read.every((part, i) => part !== undefined || (i === 1 && run.mask === undefined)) &&
    made.every((part, i) => part !== undefined || (i === 0 && !run.sequences));
  const own = states.flat() as Made[];
  const inOrderOfTfjs = [...states].reverse().flat() as Made[];
  const done =
    room &&
    start(machine, inOrderOfTfjs, before) &&
    runCells(machine, cells, {
      samples,
      steps,
      inputs: inputs.at,
      mask: mask?.at,
      backwards: run.backwards,
      states: own.map(({ at }) => at),
      outputs: outputs?.at,
    });
  for (const part of read) part?.giveBack();
  if (done) return { outputs: outputs?.finish(), states: inOrderOfTfjs.map((state) => state.finish()) };
  for (const part of made) part?.cancel();
  return undefined;
}

/** Copies what states begin with, or writes zeros where that was not told; `false` where it is not finite. */
function start(machine: Machine, states: readonly Made[], before: readonly Lent[]): boolean {
  const heap = machine.floats();
  for (const [i, { at, length }] of states.entries()) {
    const [to, from] = [at / 4, before[i]?.at];
    if (from === undefined) heap.fill(0, to, to + length);
    else heap.copyWithin(to, from / 4, from / 4 + length);
    if (!heap.subarray(to, to + length).every(Number.isFinite)) return false;
  }
  return true;
}
