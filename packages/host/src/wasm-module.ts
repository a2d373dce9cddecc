import { askOnce } from './compile-once.js';
import { WASM_DIGITS } from './generated/wasm-bytes.js';

/** What assembly/kernels.ts exports. Pointers are byte offsets into the imported memory. */
export interface WasmExports {
  collect(
    data: number,
    words: number,
    elements: number,
    low: number,
    high: number,
    out: number,
    end: number,
    bits: number,
    results: number,
  ): number;
  countAround(data: number, words: number, elements: number, magnitude: number, results: number): void;
  selectAmong(
    source: number,
    count: number,
    rank: number,
    base: number,
    bits: number,
    scratch: number,
    table: number,
    results: number,
  ): number;
  dropBelow(
    data: number,
    ranking: number,
    words: number,
    elements: number,
    magnitude: number,
    ties: number,
    dense: number,
  ): number;
  gather(data: number, starts: number, masks: number, clusters: number, out: number): number;
  countBits(words: number, count: number): number;
  zeroDropped(data: number, words: number, elements: number): number;
}

/** Whether there is WebAssembly at all: `node --jitless` and browsers locked down have none. */
export function hasWebAssembly(): boolean {
  return typeof WebAssembly === 'object' && typeof WebAssembly?.Memory === 'function';
}

const ask = askOnce(WASM_DIGITS);

/** The kernels on a memory, or `undefined` where WASM SIMD is missing or forbidden (by a page's policy, say). */
export function instantiateKernels(memory: WebAssembly.Memory): WasmExports | undefined {
  const { module } = ask();
  if (module === null) return undefined;
  return new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as WasmExports;
}

/** Why there are no such kernels, as half a sentence; `undefined` where there are. */
export function whyNoKernels(): string | undefined {
  return hasWebAssembly() ? ask().reason : 'there is no WebAssembly here';
}
