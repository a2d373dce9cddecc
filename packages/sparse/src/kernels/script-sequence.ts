import { planSequence, runSequence } from '../recurrent/run-sequence.js';
import { scriptCells } from '../recurrent/script-cells.js';
import type { Product, Sequence } from './kernels.js';

/** Runs a sequence in plain TypeScript, with these products. */
export function runInScript(sequence: Sequence, multiply: (product: Product) => void): void {
  const { weights, inputs, batch, steps, sequences, backwards, state, cell, out } = sequence;
  const plan = planSequence(weights, batch, steps);
  const arrays = [inputs, state, cell, out];
  const places: number[] = [];
  let next = 0;
  for (const { length } of arrays) {
    places.push(4 * next);
    next += length;
  }
  const heap = new Float32Array(next + plan.bytes / 4);
  for (const [i, array] of arrays.entries()) heap.set(array, places[i]! / 4);
  const all = [weights.kernel, ...weights.recurrent];
  const loops = {
    ...scriptCells(heap),
    multiply(which: number, from: number, count: number, to: number): void {
      const { shape } = all[which]!;
      multiply({
        weights: all[which]!,
        inputs: heap.subarray(from / 4, from / 4 + count * shape[1]),
        batch: count,
        bias: weights.biases[which],
        activation: 'linear',
        out: heap.subarray(to / 4, to / 4 + count * shape[0]),
      });
    },
  };
  const [inputsAt, stateAt, cellAt, outAt] = places as [number, number, number, number];
  const placed = {
    inputs: inputsAt,
    out: outAt,
    batch,
    steps,
    sequences,
    backwards,
    state: stateAt,
    cell: cellAt,
  };
  runSequence(weights, loops, placed, 4 * next);
  for (const [i, array] of arrays.entries()) {
    if (i > 0) array.set(heap.subarray(places[i]! / 4, places[i]! / 4 + array.length));
  }
}
