import type { SparseWeights } from '../pack/sparse-weights.js';
import { type Product, RANGES } from './kernels.js';
import { repairSamples } from './not-finite.js';
import type { Places } from './place.js';
import type { PlacedProduct } from './placed-product.js';
import { scriptKernels } from './script-kernels.js';
import type { WasmExports } from './wasm-module.js';

/** Samples that are worked on at once, where there are so many and where there are not. */
const [WIDE, NARROW] = [32, 8];

/** Bytes that a product of so many samples needs beside its inputs and outputs. */
export function scratchBytes({ shape }: SparseWeights, batch: number): number {
  const width = batch >= WIDE ? WIDE : NARROW;
  return batch === 1 ? 0 : 4 * width * (shape[0] + shape[1]);
}

/** Makes a product inside a memory, with so much scratch. */
export function runPlaced(
  wasm: WasmExports,
  memory: WebAssembly.Memory,
  weights: SparseWeights,
  { order, lengths, columns, values }: Places,
  { inputs, out, batch, bias, activation }: Required<PlacedProduct>,
  scratch: number,
): void {
  const [rows, length] = weights.shape;
  const [low, high] = RANGES[activation];
  const product = (): Product => ({
    weights,
    inputs: new Float32Array(memory.buffer, inputs, batch * length),
    batch,
    bias: bias === 0 ? undefined : new Float32Array(memory.buffer, bias, rows),
    activation,
    out: new Float32Array(memory.buffer, out, batch * rows),
  });
  if (weights.block !== 1) {
    scriptKernels.multiply(product());
    return;
  }
  const short = weights.columns instanceof Uint16Array;
  if (batch === 1) {
    const vector = short ? wasm.csrVector16 : wasm.csrVector32;
    vector(order, lengths, columns, values, rows, inputs, bias, low, high, out);
  } else {
    const many = short ? wasm.csrBatch16 : wasm.csrBatch32;
    many(order, lengths, columns, values, rows, length, inputs, batch, bias, low, high, out, scratch);
  }
  if (wasm.allFinite(inputs, batch * length) === 0) repairSamples(product());
}
