import { activationOf } from './activations.js';
import type { Cell, RecurrentWeights } from './recurrent-weights.js';

const { fround } = Math;

/** A step of one sample: what it reads and writes has a number for each unit. */
export interface Step {
  /** Sums of the inputs, a gate behind the other: the sums of the state go on from them. */
  readonly given: Float32Array;
  /** Read and written. */
  readonly state: Float32Array;
  /** Of an LSTM, the same. */
  readonly cell: Float32Array;
  /** The sums of the state with one of its weights, from what they start from. */
  multiply(part: number, state: Float32Array, start: Float32Array): Float32Array;
}

type Run = (weights: RecurrentWeights, step: Step) => void;

/** A step of each cell in plain TypeScript, as assembly/gates.ts makes it. */
export const SCRIPT_CELLS: Readonly<Record<Cell, Run>> = {
  rnn({ activation }, { given, state, multiply }) {
    const act = activationOf(activation);
    for (const [u, sum] of multiply(0, state, given).entries()) state[u] = act(sum);
  },
  lstm({ units, activation, recurrentActivation }, { given, state, cell, multiply }) {
    const [act, gate] = [activationOf(activation), activationOf(recurrentActivation)];
    const sums = multiply(0, state, given);
    for (let u = 0; u < units; u += 1) {
      const i = gate(sums[u]!);
      const f = gate(sums[units + u]!);
      const g = act(sums[2 * units + u]!);
      const o = gate(sums[3 * units + u]!);
      cell[u] = fround(fround(f * cell[u]!) + fround(i * g));
      state[u] = fround(o * act(cell[u]!));
    }
  },
  gru(weights, { given, state, multiply }) {
    const { units, activation, recurrentActivation, candidateBias } = weights;
    const [act, gate] = [activationOf(activation), activationOf(recurrentActivation)];
    const gates = multiply(0, state, given).map(gate);
    const candidateOf = given.subarray(2 * units);
    const sums =
      candidateBias === undefined
        ? multiply(
            1,
            state.map((h, u) => gates[units + u]! * h),
            candidateOf,
          )
        : multiply(1, state, candidateBias).map((sum, u) =>
            fround(candidateOf[u]! + fround(gates[units + u]! * sum)),
          );
    for (let u = 0; u < units; u += 1) {
      const z = gates[u]!;
      state[u] = fround(fround(z * state[u]!) + fround(fround(1 - z) * act(sums[u]!)));
    }
  },
};
