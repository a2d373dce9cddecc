import type { MemoryOptions } from '@synaprune/sparse';
import * as tf from '@tensorflow/tfjs';

/** What TensorFlow.js's wasm backend does not promise: its memory, its allocator, and where tensors are. */
interface WasmBackend {
  readonly wasm: {
    readonly wasmMemory?: WebAssembly.Memory;
    readonly asm?: { readonly memory?: WebAssembly.Memory };
    _malloc(bytes: number): number;
    _free(pointer: number): void;
  };
  readonly dataIdMap: { get(dataId: object): { readonly memoryOffset: number } };
}

/** The memory of TensorFlow.js's wasm backend, which has to be the one in use. */
export interface TensorflowHeap {
  readonly options: Required<MemoryOptions>;
  /** Byte offset of a tensor's values. */
  offsetOf(tensor: tf.Tensor): number;
  /** A copy of them. */
  read(tensor: tf.Tensor): Float32Array;
}

export function tensorflowHeap(): TensorflowHeap {
  const { wasm, dataIdMap } = tf.backend() as unknown as WasmBackend;
  const memory = wasm.asm?.memory ?? wasm.wasmMemory;
  if (memory === undefined) throw new Error('this TensorFlow.js does not show its memory');
  const offsetOf = ({ dataId }: tf.Tensor): number => dataIdMap.get(dataId).memoryOffset;
  return {
    options: { memory, allocate: (bytes) => wasm._malloc(bytes), release: (pointer) => wasm._free(pointer) },
    offsetOf,
    read: (tensor) => new Float32Array(memory.buffer, offsetOf(tensor), tensor.size).slice(),
  };
}
