import { compileOnce } from '@synaprune/host';
import { WASM_BASE64 } from '../generated/wasm-bytes.js';
import type { CellLoops } from '../recurrent/cell-loops.js';

/** What assembly/kernels.ts exports. Pointers are byte offsets into the imported memory; a bias at 0 is none. */
export interface WasmExports extends CellLoops {
  /** Whether all inputs are finite, as a truth in 32 bits. */
  vector(
    shift: number,
    columnBytes: number,
    places: number,
    lengths: number,
    columns: number,
    values: number,
    rows: number,
    inputs: number,
    x: number,
    bias: number,
    low: number,
    high: number,
    out: number,
    scratch: number,
  ): number;
  batch(
    shift: number,
    columnBytes: number,
    places: number,
    lengths: number,
    columns: number,
    values: number,
    rows: number,
    inputs: number,
    x: number,
    samples: number,
    bias: number,
    low: number,
    high: number,
    out: number,
    scratch: number,
  ): number;
}

const compiled = compileOnce(WASM_BASE64);

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
