import type { RecurrentLayer, RecurrentWeights } from '../recurrent.js';

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

/**
 * What a recurrent forecaster answers to one window, written out from the layers' definitions in plain numbers:
 * an oracle that shares nothing with the graphs.
 *
 * @param window [length, features]
 */
export function recurrentReference(
  layer: RecurrentLayer,
  { input, recurrent, bias, head, headBias }: RecurrentWeights,
  window: readonly (readonly number[])[],
  hidden: number,
): number {
  const features = window[0]!.length;
  const rows = recurrent.length / hidden;
  let state: number[] = Array(hidden).fill(0);
  let cell: number[] = Array(hidden).fill(0);
  const sum = (kernel: Float32Array, row: number, values: readonly number[], width: number) =>
    values.reduce((total, value, i) => total + kernel[row * width + i]! * value, 0);
  for (const x of window) {
    const before = state;
    const fromInput = (gate: number, unit: number) =>
      sum(input, gate * hidden + unit, x, features) + bias[gate * hidden + unit]!;
    const fromState = (gate: number, unit: number) =>
      sum(recurrent, gate * hidden + unit, before, hidden) + (bias[rows + gate * hidden + unit] ?? 0);
    const both = (gate: number, unit: number) => fromInput(gate, unit) + fromState(gate, unit);
    if (layer === 'RNN') state = before.map((_, unit) => Math.tanh(both(0, unit)));
    if (layer === 'LSTM') {
      cell = cell.map(
        (value, unit) => sigmoid(both(2, unit)) * value + sigmoid(both(0, unit)) * Math.tanh(both(3, unit)),
      );
      state = cell.map((value, unit) => sigmoid(both(1, unit)) * Math.tanh(value));
    }
    if (layer === 'GRU') {
      state = before.map((value, unit) => {
        const update = sigmoid(both(0, unit));
        const reset = sigmoid(both(1, unit));
        const candidate = Math.tanh(fromInput(2, unit) + reset * fromState(2, unit));
        return (1 - update) * candidate + update * value;
      });
    }
  }
  return state.reduce((total, value, unit) => total + value * head[unit]!, headBias[0]!);
}
