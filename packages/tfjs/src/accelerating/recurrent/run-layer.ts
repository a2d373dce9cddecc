import type { RecurrentWeights } from '@synaprune/sparse';
import type * as tf from '@tensorflow/tfjs-core';
import type { Lent, Machine, Made } from '../machine/machine.js';
import { STATES } from './cells.js';
import { placeCells, runCells } from './run-cells.js';

/** What a recurrent layer is called with. */
export interface LayerRun {
  /** `[samples, steps, inputs]`. */
  readonly inputs: tf.TensorInfo;
  /** In the order of tfjs: those of the last cell first. Zeros unless told. */
  readonly states: readonly tf.TensorInfo[] | undefined;
  /** `[samples, steps]` of floats, 0 where a step does not count. */
  readonly mask: tf.TensorInfo | undefined;
  readonly backwards: boolean;
  /** Whether the outputs of all steps are asked for. */
  readonly sequences: boolean;
  /** Whether the states are asked for. */
  readonly returnState: boolean;
}

/** What it gives. */
export interface LayerResult {
  /** `[samples, steps, units]` or `[samples, units]`. */
  readonly outputs: tf.TensorInfo;
  /** In the order of tfjs; none where nobody asked and none were given. */
  readonly states: readonly tf.TensorInfo[];
}

/** Runs a layer on tensors; `undefined` where the machine has no memory left for it, or not all is finite. */
export function runLayer(
  machine: Machine,
  cells: readonly RecurrentWeights[],
  run: LayerRun,
): LayerResult | undefined {
  const { inputs, mask, states: before = [], sequences, backwards } = run;
  const [samples, steps] = inputs.shape as [number, number];
  const placed = placeCells(machine, cells);
  if (placed === undefined) return undefined;
  const lent: Lent[] = [];
  const made: Made[] = [];
  const lend = (tensor: tf.TensorInfo): number => {
    const part = machine.lend(tensor);
    if (part !== undefined) lent.push(part);
    return part?.at ?? 0;
  };
  const make = (shape: number[]): Made | undefined => {
    const part = machine.make(shape);
    if (part !== undefined) made.push(part);
    return part;
  };
  let result: LayerResult | undefined;
  try {
    const [x, counts] = [lend(inputs), mask && lend(mask)];
    const starts = before.map(lend);
    const { units } = cells.at(-1)!;
    const outputs = make(sequences ? [samples, steps, units] : [samples, units]);
    const owns = !run.returnState && before.length === 0 ? [] : cells;
    const states = owns.map((weights) =>
      Array.from({ length: STATES[weights.cell] }, () => make([samples, weights.units])),
    );
    const inOrderOfTfjs = [...states].reverse().flat();
    const own = states.flat().map((state) => state?.at ?? 0);
    if (outputs === undefined || [x, counts, ...starts, ...own].includes(0)) return undefined;
    for (const [i, state] of inOrderOfTfjs.entries()) begin(machine, state!, starts[i]);
    const done = runCells(machine, placed, {
      ...{ samples, steps, inputs: x, mask: counts, backwards, sequences, outputs: outputs.at },
      ...(own.length > 0 && { states: own }),
    });
    if (!done) return undefined;
    result = { outputs: outputs.finish(), states: inOrderOfTfjs.map((state) => state!.finish()) };
    return result;
  } finally {
    for (const part of lent) part.giveBack();
    if (result === undefined) for (const part of made) part.cancel();
  }
}

/** Copies what a state begins with, or writes zeros where there is none. */
function begin(machine: Machine, { at, length }: Made, from: number | undefined): void {
  const [heap, to] = [machine.floats(), at / 4];
  if (from === undefined) heap.fill(0, to, to + length);
  else heap.copyWithin(to, from / 4, from / 4 + length);
}
