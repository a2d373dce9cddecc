import type { SparseWeights } from '../pack/sparse-weights.js';
import { RANGES } from './kernels.js';
import { repairSamples } from './not-finite.js';
import type { Places } from './place.js';
import type { PlacedProduct } from './placed-product.js';
import type { WasmExports } from './wasm-module.js';

/** The most samples that are worked on at once, where there are so many and where there are not. */
const [WIDE, NARROW] = [32, 8];

/** Bytes that a product of so many samples needs beside its inputs and outputs. */
export function scratchBytes({ shape, block, lanes }: SparseWeights, batch: number): number {
  const whole = block * lanes;
  const sums = Math.ceil(shape[0] / whole) * whole;
  if (batch === 1) return 4 * sums;
  return 4 * (batch >= WIDE && block === 1 ? WIDE : NARROW) * (shape[1] + sums);
}

/** Makes a product inside a memory, with so much scratch; tells whether all inputs are finite. */
export function runPlaced(
  wasm: WasmExports,
  memory: WebAssembly.Memory,
  weights: SparseWeights,
  { at }: Places,
  { inputs, out, batch, bias, activation }: Required<PlacedProduct>,
  scratch: number,
): boolean {
  const [rows, length] = weights.shape;
  const [low, high] = RANGES[activation];
  const finite =
    batch === 1
      ? wasm.vector(at, inputs, bias, low, high, out, scratch)
      : wasm.batch(at, inputs, batch, bias, low, high, out, scratch);
  if (finite !== 0) return true;
  const view = (from: number, size: number): Float32Array => new Float32Array(memory.buffer, from, size);
  return repairSamples({
    weights,
    inputs: view(inputs, batch * length),
    batch,
    bias: bias === 0 ? undefined : view(bias, rows),
    activation,
    out: view(out, batch * rows),
  });
}
