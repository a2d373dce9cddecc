import type { SparseWeights } from '../pack/sparse-weights.js';
import { RANGES } from './kernels.js';
import type { Places } from './place.js';
import type { PlacedSeparable } from './placed-separable.js';
import { scratchBytes } from './run-placed.js';
import type { WasmExports } from './wasm-module.js';

/** Of the fields that tell where the window goes. */
const HEADER = 64;

/** Bytes that a separable convolution needs beside its inputs and outputs. */
export function separableBytes(
  weights: SparseWeights,
  { window, places, strides, dilations }: Required<PlacedSeparable>,
): number {
  const reach = ([0, 1] as const).map(
    (i) => (places[i] - 1) * strides[i] + (window[i] - 1) * dilations[i] + 1,
  );
  // A tile is of four pixels at least, also where there is one.
  const tiles = scratchBytes(weights, Math.max(4, places[0] * places[1]));
  return HEADER + 4 * weights.shape[1] * reach[0]! * reach[1]! + tiles;
}

/** Makes a separable convolution inside a memory, with so much scratch; tells whether all pixels between are finite. */
export function runSeparable(
  wasm: WasmExports,
  memory: WebAssembly.Memory,
  { at }: Places,
  convolution: Required<PlacedSeparable>,
  scratch: number,
): boolean {
  const { inputs, out, filter, images, bias, activation } = convolution;
  const { size, places, window, strides, dilations, before } = convolution;
  const fields = [...size, ...places, ...window, ...strides, ...dilations, ...before, filter];
  new Uint32Array(memory.buffer, scratch, fields.length).set(fields);
  const [low, high] = RANGES[activation];
  return wasm.separable(at, scratch, images, inputs, bias, low, high, out, scratch + HEADER) !== 0;
}
