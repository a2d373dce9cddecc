import { compileOnce } from '@synaprune/host';
import { WASM_DIGITS } from '../generated/wasm-bytes.js';

/**
 * What assembly/kernels.ts exports. Addresses are byte offsets into the imported memory, a bias, mask or state at 0 is none,
 * and what is told is a truth in 32 bits.
 */
export interface WasmExports {
  /** Whether all inputs are finite. */
  vector(
    weights: number,
    x: number,
    bias: number,
    low: number,
    high: number,
    out: number,
    scratch: number,
  ): number;
  batch(
    weights: number,
    x: number,
    samples: number,
    bias: number,
    low: number,
    high: number,
    out: number,
    scratch: number,
  ): number;
  /** Whether all pixels between are finite. */
  separable(
    weights: number,
    window: number,
    images: number,
    x: number,
    bias: number,
    low: number,
    high: number,
    out: number,
    scratch: number,
  ): number;
  /** Whether all inputs and states are finite. */
  sequence(
    layer: number,
    width: number,
    count: number,
    steps: number,
    x: number,
    mask: number,
    state: number,
    cell: number,
    out: number,
    sequences: number,
    backwards: number,
    scratch: number,
  ): number;
  sequenceBytes(layer: number, width: number, steps: number): number;
  activate(which: number, at: number, length: number): void;
}

const compiled = compileOnce(WASM_DIGITS);

/** The loops on a memory, or `undefined` where WASM SIMD is missing or forbidden (by a page's policy, say). */
export function instantiateKernels(memory: WebAssembly.Memory): WasmExports | undefined {
  const module = compiled();
  if (module === null) return undefined;
  return new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as WasmExports;
}

/** Whether the loops can be had: `node --jitless` and pages locked down have no WebAssembly. */
export function canInstantiate(): boolean {
  return compiled() !== null;
}
