import type * as tf from '@tensorflow/tfjs-core';
import { floatsOf, type Internals, internalsOf, type WasmHeap, wasmHeapOf } from './backend-internals.js';

/**
 * Tensors as a kernel of tfjs sees them: by their `dataId`, in the main memory of the cpu or the wasm backend. Written for
 * tfjs-backend-cpu and tfjs-backend-wasm 4.22.0.
 */
export interface TensorStore {
  /** The memory that tensors lie in, with its allocator; absent where they are arrays, or the memory is shared. */
  readonly heap?: TensorHeap;
  /** The values of a tensor of floats; good until the next tensor is made. */
  values(tensor: tf.TensorInfo): Float32Array;
  /** A tensor of given values, which may be kept as they are. */
  create(values: Float32Array, shape: number[]): tf.TensorInfo;
}

/** A WebAssembly memory that tensors lie in. */
export interface TensorHeap extends WasmHeap {
  /** Where a tensor lies, in bytes. */
  offset(tensor: tf.TensorInfo): number;
  /** A tensor of floats whose values are yet to be written. */
  reserve(shape: number[]): tf.TensorInfo;
  /** Gives a tensor back that was reserved in vain. */
  discard(tensor: tf.TensorInfo): void;
}

/** Where a backend keeps its tensors; `undefined` where that is elsewhere, or a part is missing. */
export function findTensorStore(backend: tf.KernelBackend): TensorStore | undefined {
  const internals = internalsOf(backend);
  const { data, dataIdMap, wasm } = internals;
  if (dataIdMap !== undefined && wasm !== undefined)
    return wasmStore(backend, dataIdMap, wasmHeapOf(internals));
  return data === undefined || wasm !== undefined ? undefined : heapStore(backend, data);
}

function heapStore(backend: tf.KernelBackend, data: NonNullable<Internals['data']>): TensorStore {
  return {
    values: ({ dataId }) => floatsOf(data.get(dataId)),
    create: (values, shape) => created(backend, values, shape),
  };
}

function wasmStore(
  backend: tf.KernelBackend,
  dataIdMap: NonNullable<Internals['dataIdMap']>,
  heap: WasmHeap | undefined,
): TensorStore {
  const copies: TensorStore = {
    values: ({ dataId }) => backend.readSync(dataId) as Float32Array,
    create: (values, shape) => created(backend, values, shape),
  };
  if (heap === undefined || !(heap.memory.buffer instanceof ArrayBuffer)) return copies;
  const offset = ({ dataId }: tf.TensorInfo) => dataIdMap.get(dataId).memoryOffset! >>> 0;
  return {
    heap: {
      ...heap,
      offset,
      // The backend takes no values for values to come.
      reserve: (shape) => created(backend, null as unknown as Float32Array, shape),
      discard: ({ dataId }) => void backend.disposeData(dataId, true),
    },
    values: (tensor) =>
      new Float32Array(
        heap.memory.buffer,
        offset(tensor),
        tensor.shape.reduce((size, edge) => size * edge, 1),
      ),
    create: copies.create,
  };
}

function created(backend: tf.KernelBackend, values: Float32Array, shape: number[]): tf.TensorInfo {
  return { dataId: backend.write(values, shape, 'float32'), shape, dtype: 'float32' };
}
