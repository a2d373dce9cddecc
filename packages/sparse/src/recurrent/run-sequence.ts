import { CELL_ACTIVATIONS } from './activations.js';
import type { CellLoops } from './cell-loops.js';
import { gatesOf, type RecurrentWeights } from './recurrent-weights.js';

/** A sequence in a memory: offsets are in bytes. */
export interface PlacedSequence {
  /** Of `[batch, steps, inputs]`. */
  readonly inputs: number;
  /** Of `[batch, steps, units]` where all states are wanted, else of `[batch, units]`: the last. */
  readonly out: number;
  readonly batch: number;
  readonly steps: number;
  readonly sequences: boolean;
  /** Whether the last step comes first. The outputs are then in that order. */
  readonly backwards: boolean;
  /** Of `[batch, units]`: where it starts, and where it ends. Of an LSTM the same of its cells. */
  readonly state: number;
  readonly cell: number;
}

/** What a sequence is made of, on one memory. */
export interface SequenceLoops extends CellLoops {
  /** The product of samples with the inputs' weights (0) or those of the state (1, 2), from their bias. */
  multiply(which: number, inputs: number, batch: number, out: number): void;
}

/** Bytes of input products that are made at once, what a cache holds, and samples that go side by side. */
const MOST = 1 << 21;
const SAMPLES = 32;

/** How many samples and steps go at once, and the bytes of what they need beside inputs and outputs. */
interface Plan {
  /** Of all gates. */
  readonly wide: number;
  readonly samples: number;
  readonly stepsAtOnce: number;
  readonly products: number;
  readonly recurrent: number;
  readonly gate: number;
  readonly bytes: number;
}

export function planSequence({ cell, units }: RecurrentWeights, batch: number, steps: number): Plan {
  const wide = gatesOf(cell) * units;
  const samples = Math.min(batch, SAMPLES);
  const fitting = Math.floor(MOST / (4 * wide * Math.max(1, samples)));
  const stepsAtOnce = Math.max(1, Math.min(steps, fitting));
  const products = 16 * Math.ceil((samples * stepsAtOnce * wide) / 4);
  const recurrent = 16 * Math.ceil((samples * wide) / 4);
  const gate = 16 * Math.ceil((samples * units) / 4);
  return { wide, samples, stepsAtOnce, products, recurrent, gate, bytes: products + recurrent + 2 * gate };
}

/** Runs a cell over whole sequences, with so much room as its plan says. */
export function runSequence(
  weights: RecurrentWeights,
  loops: SequenceLoops,
  sequence: PlacedSequence,
  room: number,
): void {
  const { units, inputs } = weights;
  const { batch, steps, sequences, backwards } = sequence;
  const plan = planSequence(weights, batch, steps);
  const step = createStep(weights, loops, room, plan);
  for (let sample = 0; sample < batch; sample += plan.samples) {
    const count = Math.min(plan.samples, batch - sample);
    const at = 4 * units * sample;
    const state = { state: sequence.state + at, cell: sequence.cell + at };
    const outSteps = sequences ? steps : 1;
    const out = sequence.out + at * outSteps;
    let done = 0;
    while (done < steps) {
      const some = Math.min(plan.stepsAtOnce, steps - done);
      const first = backwards ? steps - done - some : done;
      // Many steps at once are a product of larger batches than step by step.
      if (some === steps)
        loops.multiply(0, sequence.inputs + 4 * inputs * sample * steps, count * some, room);
      else {
        for (let own = 0; own < count; own += 1) {
          const from = sequence.inputs + 4 * inputs * ((sample + own) * steps + first);
          loops.multiply(0, from, some, room + 4 * plan.wide * some * own);
        }
      }
      for (let i = 0; i < some; i += 1) {
        const turn = backwards ? some - 1 - i : i;
        const x = room + 4 * plan.wide * turn;
        const to = out + (sequences ? 4 * units * (done + i) : 0);
        step(count, x, 4 * plan.wide * some, state, to, 4 * units * outSteps);
      }
      done += some;
    }
  }
}

type Step = (
  count: number,
  x: number,
  stride: number,
  own: { readonly state: number; readonly cell: number },
  out: number,
  outStride: number,
) => void;

function createStep(
  { cell, units, activation, recurrentActivation, resetAfter }: RecurrentWeights,
  loops: SequenceLoops,
  room: number,
  plan: Plan,
): Step {
  const r = room + plan.products;
  const update = r + plan.recurrent;
  const reset = update + plan.gate;
  const act = CELL_ACTIVATIONS.indexOf(activation);
  const gateAct = CELL_ACTIVATIONS.indexOf(recurrentActivation);
  if (cell === 'rnn') {
    return (count, x, stride, { state }, out, outStride) => {
      loops.multiply(1, state, count, r);
      loops.rnnState(units, count, x, stride, r, state, out, outStride, act);
    };
  }
  if (cell === 'lstm') {
    return (count, x, stride, own, out, outStride) => {
      loops.multiply(1, own.state, count, r);
      loops.lstmGates(units, count, x, stride, r, own.cell, own.state, out, outStride, act, gateAct);
    };
  }
  if (resetAfter) {
    return (count, x, stride, { state }, out, outStride) => {
      loops.multiply(1, state, count, r);
      loops.gruAfterGates(units, count, x, stride, r, state, out, outStride, act, gateAct);
    };
  }
  return (count, x, stride, { state }, out, outStride) => {
    loops.multiply(1, state, count, r);
    loops.gruGates(units, count, x, stride, r, state, update, reset, gateAct);
    loops.multiply(2, reset, count, r);
    loops.gruState(units, count, x, stride, r, update, state, out, outStride, act);
  };
}
