import { gatesOf } from '../recurrent/recurrent-weights.js';
import { SCRIPT_CELLS } from '../recurrent/script-cells.js';
import type { Product, Sequence } from './kernels.js';

/** Runs a sequence in plain TypeScript, with these products; tells whether all it multiplied by was finite. */
export function runInScript(sequence: Sequence, multiply: (product: Product) => boolean): boolean {
  const { weights, inputs, batch, steps, sequences, backwards, mask, state, cell, out } = sequence;
  const { units, kernel, recurrent, bias } = weights;
  const run = SCRIPT_CELLS[weights.cell];
  const wide = gatesOf(weights.cell) * units;
  const activation = 'linear';
  const given = new Float32Array(steps * wide);
  const rooms = recurrent.map(({ shape }) => new Float32Array(shape[0]));
  let finite = true;
  for (let sample = 0; sample < batch; sample += 1) {
    const own = (array: Float32Array, length: number): Float32Array =>
      array.subarray(sample * length, (sample + 1) * length);
    const x = own(inputs, steps * weights.inputs);
    finite = multiply({ weights: kernel, inputs: x, batch: steps, bias, activation, out: given }) && finite;
    const places = { state: own(state, units), cell: own(cell, cell.length / batch) };
    const counts = mask && own(mask, steps);
    const outputs = own(out, out.length / batch);
    for (let turn = 0; turn < steps; turn += 1) {
      const at = backwards ? steps - 1 - turn : turn;
      if (counts?.[at] !== 0) {
        run(weights, {
          ...places,
          given: given.subarray(at * wide, (at + 1) * wide),
          multiply(part, from, start) {
            const room = rooms[part]!;
            const bias = start.subarray(0, room.length);
            const product = {
              weights: recurrent[part]!,
              inputs: from,
              batch: 1,
              bias,
              activation,
              out: room,
            };
            finite = multiply(product as Product) && finite;
            return room;
          },
        });
        // Beside a mask, tfjs multiplies them by 0 and 1.
        if (counts !== undefined) finite = places.cell.every(Number.isFinite) && finite;
      }
      if (sequences || turn === steps - 1) outputs.set(places.state, sequences ? turn * units : 0);
    }
  }
  return finite;
}
