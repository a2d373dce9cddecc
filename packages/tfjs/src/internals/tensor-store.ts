import type * as tf from '@tensorflow/tfjs-core';

/** Tensors as a kernel of tfjs sees them: by their `dataId`, in the main memory of the cpu or the wasm backend. */
export interface TensorStore {
  /** The memory that tensors lie in, with its allocator; absent where they are arrays, or the memory is shared. */
  readonly heap?: TensorHeap;
  /** The values of a tensor of floats; good until the next tensor is made. */
  values(tensor: tf.TensorInfo): Float32Array;
  /** A tensor of given values, which may be kept as they are. */
  create(values: Float32Array, shape: number[]): tf.TensorInfo;
}

/** A WebAssembly memory that tensors lie in. */
export interface TensorHeap {
  readonly memory: WebAssembly.Memory;
  allocate(bytes: number): number;
  release(pointer: number): void;
  /** Where a tensor lies, in bytes. */
  offset(tensor: tf.TensorInfo): number;
  /** A tensor of floats whose values are yet to be written. */
  reserve(shape: number[]): tf.TensorInfo;
  /** Gives a tensor back that was reserved in vain. */
  discard(tensor: tf.TensorInfo): void;
}

interface Entry {
  readonly values?: unknown;
  readonly memoryOffset?: number | null;
}

/**
 * The parts of tfjs's cpu and wasm backends that are used. Written for tfjs-backend-cpu and tfjs-backend-wasm 4.22.0: what
 * they give to everybody copies every value.
 */
interface Internals {
  readonly data?: { get(id: object): Entry };
  readonly dataIdMap?: { get(id: object): Entry };
  readonly wasm?: {
    readonly asm?: { readonly memory?: unknown };
    readonly _malloc?: (bytes: number) => number;
    readonly _free?: (pointer: number) => void;
  };
}

/** Where a backend keeps its tensors; `undefined` where that is elsewhere, or a part is missing. */
export function findTensorStore(backend: tf.KernelBackend): TensorStore | undefined {
  const { data, dataIdMap, wasm } = backend as unknown as Internals;
  if (dataIdMap !== undefined && wasm !== undefined) return wasmStore(backend, dataIdMap, wasm);
  return data === undefined || wasm !== undefined ? undefined : heapStore(backend, data);
}

function heapStore(backend: tf.KernelBackend, data: NonNullable<Internals['data']>): TensorStore {
  return {
    values({ dataId }) {
      const { values } = data.get(dataId);
      // Some kernels leave plain arrays behind.
      return values instanceof Float32Array ? values : Float32Array.from(values as ArrayLike<number>);
    },
    create: (values, shape) => created(backend, values, shape),
  };
}

function wasmStore(
  backend: tf.KernelBackend,
  dataIdMap: NonNullable<Internals['dataIdMap']>,
  { asm, _malloc: allocate, _free: release }: NonNullable<Internals['wasm']>,
): TensorStore {
  const memory = asm?.memory;
  const copies: TensorStore = {
    values: ({ dataId }) => backend.readSync(dataId) as Float32Array,
    create: (values, shape) => created(backend, values, shape),
  };
  if (!(memory instanceof WebAssembly.Memory) || !(memory.buffer instanceof ArrayBuffer)) return copies;
  if (allocate === undefined || release === undefined) return copies;
  // Above 2 GiB, WebAssembly's own 32-bit pointers come out negative.
  const offset = ({ dataId }: tf.TensorInfo) => dataIdMap.get(dataId).memoryOffset! >>> 0;
  return {
    heap: {
      memory,
      allocate: (bytes) => allocate(bytes) >>> 0,
      release: (pointer) => release(pointer),
      offset,
      // The backend takes no values for values to come.
      reserve: (shape) => created(backend, null as unknown as Float32Array, shape),
      discard: ({ dataId }) => void backend.disposeData(dataId, true),
    },
    values: (tensor) =>
      new Float32Array(
        memory.buffer,
        offset(tensor),
        tensor.shape.reduce((size, edge) => size * edge, 1),
      ),
    create: copies.create,
  };
}

function created(backend: tf.KernelBackend, values: Float32Array, shape: number[]): tf.TensorInfo {
  return { dataId: backend.write(values, shape, 'float32'), shape, dtype: 'float32' };
}
