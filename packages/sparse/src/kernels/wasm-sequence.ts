import type { RecurrentWeights } from '../recurrent/recurrent-weights.js';
import { type PlacedSequence, planSequence, runSequence } from '../recurrent/run-sequence.js';
import type { Places } from './place.js';
import { runPlaced, scratchBytes } from './run-placed.js';
import type { WasmExports } from './wasm-module.js';

/** Bytes that a sequence needs beside inputs, outputs and states. */
export function sequenceBytes(weights: RecurrentWeights, batch: number, steps: number): number {
  const { samples, stepsAtOnce, bytes } = planSequence(weights, batch, steps);
  const products = [
    scratchBytes(weights.kernel, samples * stepsAtOnce),
    // Its last turn may be one sample, or one step.
    scratchBytes(weights.kernel, 2),
    ...weights.recurrent.flatMap((part) => [scratchBytes(part, samples), scratchBytes(part, 2)]),
  ];
  const biases = weights.biases.reduce((sum, bias) => sum + whole(bias), 0);
  return biases + bytes + Math.max(...products);
}

/** Runs a sequence inside a memory, with so much room as `sequenceBytes` says. */
export function runWasmSequence(
  wasm: WasmExports,
  memory: WebAssembly.Memory,
  weights: RecurrentWeights,
  places: readonly Places[],
  sequence: PlacedSequence,
  room: number,
): void {
  const { samples, bytes } = planSequence(weights, sequence.batch, sequence.steps);
  const all = [weights.kernel, ...weights.recurrent];
  let next = room;
  const biases = all.map((_, which) => {
    const bias = weights.biases[which];
    if (bias === undefined) return 0;
    const at = next;
    new Float32Array(memory.buffer, at, bias.length).set(bias);
    next += whole(bias);
    return at;
  });
  const scratch = next + bytes;
  const loops = {
    lstmGates: wasm.lstmGates,
    gruGates: wasm.gruGates,
    gruState: wasm.gruState,
    gruAfterGates: wasm.gruAfterGates,
    rnnState: wasm.rnnState,
    multiply(which: number, inputs: number, batch: number, out: number): void {
      const product = { inputs, out, batch, bias: biases[which]!, activation: 'linear' } as const;
      runPlaced(wasm, memory, all[which]!, places[which]!, product, scratch);
    },
  };
  if (samples > 0) runSequence(weights, loops, sequence, next);
}

function whole(numbers: Float32Array | undefined): number {
  return 16 * Math.ceil((numbers?.length ?? 0) / 4);
}
