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

let compiled: WebAssembly.Module | null | undefined;

/** The loops on a memory, or `undefined` where WASM SIMD is missing or forbidden (by a page's policy, say). */
export function instantiateKernels(memory: WebAssembly.Memory): WasmExports | undefined {
  const module = compiledModule();
  if (module === null) return undefined;
  return new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as WasmExports;
}

/** Whether the loops can be had: `node --jitless` and pages locked down have no WebAssembly. */
export function canInstantiate(): boolean {
  return compiledModule() !== null;
}

function compiledModule(): WebAssembly.Module | null {
  compiled ??= compile();
  return compiled;
}

function compile(): WebAssembly.Module | null {
  if (typeof WebAssembly !== 'object') return null;
  try {
    const bytes = Uint8Array.from(atob(WASM_BASE64), (character) => character.charCodeAt(0));
    return WebAssembly.validate(bytes) ? new WebAssembly.Module(bytes) : null;
  } catch {
    // A content security policy without 'wasm-unsafe-eval' throws here, and the plain loops are used.
    return null;
  }
}
