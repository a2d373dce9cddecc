import { createWasmKernels, type HostKernels, type HostWeight, scriptKernels } from '@synaprune/host';
import * as tf from '@tensorflow/tfjs-core';
import { noteWrite } from './written-in-place.js';

/** Direct access to the main memory in which a tfjs backend keeps its tensors. */
export interface LiveMemory {
  /** Kernels that can work there; the host backend's usual ones where there are none of its own. */
  readonly kernels?: HostKernels;
  /** Where a tensor's values are now. Good until the next tfjs operation: variables change their place. */
  locate(tensor: tf.Tensor): HostWeight;
  /**
   * Makes a variable the only owner of its values before they are written, so that no clone, snapshot or array
   * of the caller's changes, and has tfjs forget whatever it has made of them.
   *
   * @param changes whether writing will change anything; asked only where the answer is needed
   */
  own(variable: tf.Variable, changes: () => boolean): void;
}

/** What the cpu backend and the wasm backend note of a tensor's values. */
interface Entry {
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
interface Internals {
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

/**
 * The memory of tfjs's current backend, or `undefined` where tensors live elsewhere, or where one of the parts is
 * missing, so that tfjs's own operations do the work.
 */
export function findLiveMemory(): LiveMemory | undefined {
  const internals = tf.backend() as unknown as Internals;
  if (tf.getBackend() === 'cpu') return internals.data && heapMemory(internals.data);
  if (tf.getBackend() === 'wasm') return wasmMemory(internals);
  return undefined;
}

function heapMemory(data: NonNullable<Internals['data']>): LiveMemory {
  const valuesOf = (tensor: tf.Tensor) => data.get(tensor.dataId).values;
  return {
    locate(tensor) {
      const values = valuesOf(tensor);
      // Some kernels leave plain arrays behind; a copy is as good to read.
      const floats = values instanceof Float32Array ? values : Float32Array.from(values as ArrayLike<number>);
      return { values: floats, shape: tensor.shape };
    },
    own(variable, changes) {
      // Here the array may be the caller's own (tf.tensor keeps what it is given) or in the caller's hands
      // (data() gives it away), and nothing tells. So it is never written, unless nothing changes.
      const values = valuesOf(variable) as ArrayLike<number>;
      if (changes() || !(values instanceof Float32Array)) assignCopy(variable, values);
    },
  };
}

function wasmMemory({ wasm, dataIdMap }: Internals): LiveMemory | undefined {
  const memory = wasm?.asm?.memory;
  const { _malloc: allocate, _free: release, tfjs: { disposeData, registerTensor } = {} } = wasm ?? {};
  if (!(memory instanceof WebAssembly.Memory) || !dataIdMap || !allocate || !release) return undefined;
  // Without these, tfjs could not be told that the values of a tensor have changed.
  if (!disposeData || !registerTensor) return undefined;
  const kernels = createWasmKernels({
    memory,
    allocate: (bytes) => allocate(bytes),
    release: (pointer) => release(pointer),
  });
  return {
    kernels: kernels ?? scriptKernels,
    locate: (tensor) => {
      const { memoryOffset } = dataIdMap.get(tensor.dataId);
      return { memory, byteOffset: memoryOffset!, shape: tensor.shape };
    },
    own(variable) {
      const { refCount, memoryOffset } = dataIdMap.get(variable.dataId);
      if (refCount !== 1) assignCopy(variable, new Float32Array(memory.buffer, memoryOffset!, variable.size));
      const { id, memoryOffset: here } = dataIdMap.get(variable.dataId);
      // Matrix products and convolutions keep weights in a packed form of their own, by this number, until the
      // tensor goes. So it goes, in their books only: the memory stays.
      disposeData(id!);
      registerTensor(id!, variable.size, here!);
      noteWrite(variable.dataId);
    },
  };
}

/** @param values the variable's own; copied, because the cpu backend keeps the very array it is given */
function assignCopy(variable: tf.Variable, values: ArrayLike<number>): void {
  const copy = values instanceof Float32Array ? values.slice() : Float32Array.from(values);
  tf.tidy(() => variable.assign(tf.tensor(copy, variable.shape, 'float32')));
}
