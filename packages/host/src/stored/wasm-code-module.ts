import { askOnce } from '../compile-once.js';
import { WASM_BASE64 } from '../generated/wasm-code-bytes.js';

/** Codes, their mask, how many they are, and how their rows go on. */
type CodeWalk = [
  codes: number,
  words: number,
  elements: number,
  rows: number,
  size: number,
  row: number,
  left: number,
  span: number,
  step: number,
];

/** What assembly/codes.ts exports. Pointers are byte offsets into the imported memory. */
export interface CodeExports {
  tallyCodes(...args: [...walk: CodeWalk, counts: number]): void;
  countCodes(...args: [...walk: CodeWalk, verdicts: number]): number;
  dropCodes(...args: [...walk: CodeWalk, verdicts: number, zeros: number, ties: number]): number;
}

const ask = askOnce(WASM_BASE64);

/** The loops over codes on a memory, or `undefined` where WASM SIMD is missing or forbidden. */
export function instantiateCodeLoops(memory: WebAssembly.Memory): CodeExports | undefined {
  const { module } = ask();
  if (module === null) return undefined;
  return new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as CodeExports;
}
