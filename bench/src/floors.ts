import { readFile } from 'node:fs/promises';

/** A run of float32 in a WebAssembly memory. */
export interface Span {
  readonly byteOffset: number;
  readonly elements: number;
}

/** The yardsticks: the least that any pass over weights can cost. */
export interface Floors {
  /** Reads everything. */
  read(spans: readonly Span[]): void;
  /** Reads everything and writes it back as it was. */
  readWrite(spans: readonly Span[]): void;
}

interface FloorExports {
  readPass(data: number, elements: number): number;
  readWritePass(data: number, elements: number, key: number): void;
}

let compiled: Promise<WebAssembly.Module> | undefined;

/** The yardsticks over a memory. `assembly/floors.ts` holds their loops. */
export async function createFloors(memory: WebAssembly.Memory): Promise<Floors> {
  compiled ??= readFile(new URL('../dist/floors.wasm', import.meta.url)).then((bytes) =>
    WebAssembly.compile(bytes),
  );
  const instance = await WebAssembly.instantiate(await compiled, { env: { memory } });
  const wasm = instance.exports as unknown as FloorExports;
  return {
    read(spans) {
      for (const { byteOffset, elements } of spans) wasm.readPass(byteOffset, elements);
    },
    readWrite(spans) {
      for (const { byteOffset, elements } of spans) wasm.readWritePass(byteOffset, elements, 0);
    },
  };
}
