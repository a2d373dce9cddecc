import type { RecurrentWeights } from '../recurrent/recurrent-weights.js';
import type { Sequence } from './kernels.js';
import type { WasmExports } from './wasm-module.js';

/** A sequence in a memory: offsets are in bytes, and those of a mask and of states 0 where there are none. */
export interface PlacedSequence {
  /** Of `[batch, steps, inputs]`. */
  readonly inputs: number;
  /** Of `[batch, steps]`. */
  readonly mask: number;
  /** Of `[batch, steps, units]` where all states are wanted, else of `[batch, units]`: the last. */
  readonly out: number;
  readonly batch: number;
  readonly steps: number;
  readonly sequences: boolean;
  readonly backwards: boolean;
  /** Of `[batch, units]`: where it starts, and where it ends. Of an LSTM the same of its cells. */
  readonly state: number;
  readonly cell: number;
}

/** Samples that go side by side where there are so many, and where there are fewer. */
const [WIDE, NARROW, SLIM] = [32, 8, 4];

/** What is fastest for so many samples that are left; 1 where that is one sample after the other. */
function widthOf({ kernel, recurrent }: RecurrentWeights, samples: number): number {
  const isSingle = [kernel, ...recurrent].every(({ block }) => block === 1);
  if (samples > SLIM + 1) return isSingle && samples >= WIDE ? WIDE : NARROW;
  return samples > (isSingle ? 2 : 3) ? SLIM : 1;
}

/** Bytes that a sequence needs beside inputs, outputs and states. */
export function sequenceBytes(
  wasm: WasmExports,
  layer: number,
  weights: RecurrentWeights,
  batch: number,
  steps: number,
): number {
  // The last turn may be one sample.
  const widths = new Set([1, NARROW, widthOf(weights, batch)]);
  return Math.max(...[...widths].map((width) => wasm.sequenceBytes(layer, width, steps)));
}

/**
 * Runs a sequence inside a memory, with so much room as `sequenceBytes` says.
 *
 * @param repair runs samples of which something was not finite
 * @returns whether everything was
 */
export function runWasmSequence(
  wasm: WasmExports,
  memory: WebAssembly.Memory,
  layer: number,
  weights: RecurrentWeights,
  sequence: PlacedSequence,
  room: number,
  repair: (part: Sequence) => boolean,
): boolean {
  const { batch, steps, sequences, backwards } = sequence;
  const { units, cell } = weights;
  const length = (sequences ? steps : 1) * units;
  let finite = true;
  for (let sample = 0; sample < batch; ) {
    const width = widthOf(weights, batch - sample);
    const count = Math.min(width, batch - sample);
    const own = (at: number, size: number): number => (at === 0 ? 0 : at + 4 * sample * size);
    const inputs = sequence.inputs + 4 * sample * steps * weights.inputs;
    const out = sequence.out + 4 * sample * length;
    const mask = own(sequence.mask, steps);
    const [state, cells] = [own(sequence.state, units), cell === 'lstm' ? own(sequence.cell, units) : 0];
    const allFinite = wasm.sequence(
      layer,
      width,
      count,
      steps,
      inputs,
      mask,
      state,
      cells,
      out,
      Number(sequences),
      Number(backwards),
      room,
    );
    if (allFinite === 0) {
      const view = (at: number, size: number): Float32Array =>
        at === 0 ? new Float32Array(count * size) : new Float32Array(memory.buffer, at, count * size);
      const was = repair({
        weights,
        inputs: new Float32Array(memory.buffer, inputs, count * steps * weights.inputs),
        mask: mask === 0 ? undefined : view(mask, steps),
        batch: count,
        steps,
        sequences,
        backwards,
        state: view(state, units),
        cell: cell === 'lstm' ? view(cells, units) : new Float32Array(0),
        out: new Float32Array(memory.buffer, out, count * length),
      });
      finite = was && finite;
    }
    sample += count;
  }
  return finite;
}
