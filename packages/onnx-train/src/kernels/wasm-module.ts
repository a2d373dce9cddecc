/** The bytes of a WebAssembly module: no more of the format than kernels need. */

/** A function of one 32-bit integer that returns nothing. */
export interface WasmFunction {
  readonly name: string;
  /** How many locals it has beside its parameter: 32-bit integers first, vectors after them. */
  readonly integers: number;
  readonly vectors: number;
  /** Without the `end` that closes it. */
  readonly code: readonly number[];
}

/** A module with a memory of `pages` of 64 KiB, which it exports as `memory` like its functions. */
export function wasmModule(functions: readonly WasmFunction[], pages: number): Uint8Array {
  const exported = (name: string, kind: number, index: number) => [...text(name), kind, ...unsigned(index)];
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [[0x60, 1, 0x7f, 0]]),
    ...section(
      3,
      functions.map(() => [0]),
    ),
    ...section(5, [[1, ...unsigned(pages), ...unsigned(pages)]]),
    ...section(7, [
      exported('memory', 2, 0),
      ...functions.map(({ name }, index) => exported(name, 0, index)),
    ]),
    ...section(
      10,
      functions.map(({ integers, vectors, code }) => {
        const body = [2, ...unsigned(integers), 0x7f, ...unsigned(vectors), 0x7b, ...code, 0x0b];
        return [...unsigned(body.length), ...body];
      }),
    ),
  ]);
}

function section(id: number, entries: readonly (readonly number[])[]): number[] {
  const content = [...unsigned(entries.length), ...entries.flat()];
  return [id, ...unsigned(content.length), ...content];
}

function text(value: string): number[] {
  const bytes = [...new TextEncoder().encode(value)];
  return [...unsigned(bytes.length), ...bytes];
}

/** LEB128. */
export function unsigned(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  do {
    const low = rest % 128;
    rest = Math.floor(rest / 128);
    bytes.push(rest > 0 ? low + 128 : low);
  } while (rest > 0);
  return bytes;
}

/** LEB128 of a 32-bit integer with a sign. */
export function signed(value: number): number[] {
  const bytes: number[] = [];
  let rest = value | 0;
  for (;;) {
    const low = rest & 0x7f;
    rest >>= 7;
    const isLast = (rest === 0 && (low & 0x40) === 0) || (rest === -1 && (low & 0x40) !== 0);
    bytes.push(isLast ? low : low | 0x80);
    if (isLast) return bytes;
  }
}
