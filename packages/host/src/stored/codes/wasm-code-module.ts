import { askOnce } from '../../compile-once.js';
import { WASM_DIGITS } from '../../generated/wasm-code-bytes.js';

/** What assembly/codes.ts exports. Pointers are byte offsets into the imported memory. */
export interface CodeExports {
  countBelow(plan: number, elements: number): void;
  countAround(plan: number, elements: number): void;
  dropCodes(plan: number, elements: number): void;
}

/** 32-bit words of a plan: how many there are, and which are the ties that are left and what was counted. */
export const PLAN_WORDS = 20;
export const TIES = 14;
export const RESULTS = 16;

const ask = askOnce(WASM_DIGITS);

/** The loops over codes on a memory, or `undefined` where WASM SIMD is missing or forbidden. */
export function instantiateCodeLoops(memory: WebAssembly.Memory): CodeExports | undefined {
  const { module } = ask();
  if (module === null) return undefined;
  return new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as CodeExports;
}
