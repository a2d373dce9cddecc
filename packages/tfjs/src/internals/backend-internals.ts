import type * as tf from '@tensorflow/tfjs-core';

/** What the cpu backend and the wasm backend note of a tensor's values. */
export interface Entry {
  readonly values?: unknown;
  /** What the wasm backend calls the tensor in its own books. */
  readonly id?: number;
  readonly memoryOffset?: number | null;
  readonly refCount: number;
}

/**
 * The parts of tfjs's cpu and wasm backends that are used. Written for tfjs-backend-cpu and tfjs-backend-wasm 4.22.0,
 * which have them in no type of tfjs-core: `readSync` and `write` copy every value, and a backend's own memory is asked
 * of nobody else.
 */
export interface Internals {
  readonly data?: { get(id: object): Entry };
  readonly dataIdMap?: { get(id: object): Entry };
  readonly wasm?: {
    readonly asm?: { readonly memory?: unknown };
    readonly _malloc?: (bytes: number) => number;
    readonly _free?: (pointer: number) => void;
    readonly tfjs?: {
      readonly disposeData?: (id: number) => void;
      readonly registerTensor?: (id: number, elements: number, memoryOffset: number) => void;
    };
  };
}

/** A WebAssembly memory and who gives bytes of it away. */
export interface WasmHeap {
  readonly memory: WebAssembly.Memory;
  allocate(bytes: number): number;
  release(pointer: number): void;
}

/** A backend, as far as it is used beside its interface. */
export function internalsOf(backend: tf.KernelBackend): Internals {
  return backend as unknown as Internals;
}

/** The memory of the wasm backend; `undefined` where a part is missing. */
export function wasmHeapOf({ wasm }: Internals): WasmHeap | undefined {
  const { asm, _malloc: allocate, _free: release } = wasm ?? {};
  const memory = asm?.memory;
  if (!(memory instanceof WebAssembly.Memory) || !allocate || !release) return undefined;
  // Above 2 GiB, WebAssembly's own 32-bit pointers come out negative.
  return { memory, allocate: (bytes) => allocate(bytes) >>> 0, release: (pointer) => release(pointer) };
}

/** Values of the cpu backend, to be read: some kernels leave plain arrays behind, of which it is a copy. */
export function floatsOf({ values }: Entry): Float32Array {
  return values instanceof Float32Array ? values : Float32Array.from(values as ArrayLike<number>);
}
