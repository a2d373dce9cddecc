import { bytesOf } from '../compile-once.js';
import { WASM_DIGITS } from '../generated/wasm-bytes.js';

/*
 * The kernels import a memory that is not shared, and a module has to say so where it imports one. All else in it is the
 * same for both: loads and stores of a shared memory are the same instructions, and what threads write they never write
 * to the same place. So the one entry of the import section is written anew when the kernels are loaded, and the package
 * carries them once.
 */

/** Bytes before the first section: magic number and version. */
const HEADER = 8;
const IMPORTS = 2;
/** The kind of an import that is a memory, and the flags of its limits: only a least size; a most, and shared. */
const MEMORY = 2;
const UNSHARED = 0;
const SHARED = 3;
/** As many pages as there can be, in LEB128: a memory may say less. */
const ALL_PAGES = [0x80, 0x80, 0x04];

let compiled: WebAssembly.Module | undefined;

/** The kernels, for a shared memory. To be asked for only where `whyNoKernels()` is `undefined`. */
export function sharedModule(): WebAssembly.Module {
  compiled ??= new WebAssembly.Module(importShared(bytesOf(WASM_DIGITS)));
  return compiled;
}

/**
 * The same module, whose only import is a memory, for a shared memory of any size.
 *
 * @throws Error when it imports anything else
 */
export function importShared(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  let at = HEADER;
  for (;;) {
    const section = bytes[at];
    const size = readNumber(bytes, at + 1);
    if (section === IMPORTS) return rewrite(bytes, at, size);
    at = size.end + size.value;
    if (section === undefined) throw new Error('the kernels need to import their memory');
  }
}

function rewrite(bytes: Uint8Array, section: number, size: Numbered): Uint8Array<ArrayBuffer> {
  const imports = readNumber(bytes, size.end);
  const module = readNumber(bytes, imports.end);
  const name = readNumber(bytes, module.end + module.value);
  const kind = name.end + name.value;
  if (imports.value !== 1 || bytes[kind] !== MEMORY || bytes[kind + 1] !== UNSHARED) {
    throw new Error('the kernels need to import a memory that is not shared, and nothing else');
  }
  const least = readNumber(bytes, kind + 2);
  return Uint8Array.of(
    ...bytes.subarray(0, section),
    IMPORTS,
    ...writeNumber(size.value + ALL_PAGES.length),
    ...bytes.subarray(size.end, kind + 1),
    SHARED,
    ...bytes.subarray(kind + 2, least.end),
    ...ALL_PAGES,
    ...bytes.subarray(least.end),
  );
}

/** A number in LEB128, and where what follows it begins. */
interface Numbered {
  readonly value: number;
  readonly end: number;
}

function readNumber(bytes: Uint8Array, at: number): Numbered {
  let value = 0;
  for (let end = at, shift = 0; ; end += 1, shift += 7) {
    const byte = bytes[end] ?? 0;
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) return { value, end: end + 1 };
  }
}

function writeNumber(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...writeNumber(value >>> 7)];
}
