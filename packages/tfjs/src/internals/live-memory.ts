import { createWasmKernels, type HostKernels, type HostWeight, scriptKernels } from '@synaprune/host';
import * as tf from '@tensorflow/tfjs-core';
import { floatsOf, type Internals, internalsOf, wasmHeapOf } from './backend-internals.js';
import { noteWrite } from './written-in-place.js';

/**
 * Direct access to the main memory in which a tfjs backend keeps its tensors. Written for tfjs-backend-cpu and
 * tfjs-backend-wasm 4.22.0.
 */
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

/**
 * The memory of tfjs's current backend, or `undefined` where tensors live elsewhere, or where one of the parts is
 * missing, so that tfjs's own operations do the work.
 */
export function findLiveMemory(): LiveMemory | undefined {
  const internals = internalsOf(tf.backend());
  if (tf.getBackend() === 'cpu') return internals.data && heapMemory(internals.data);
  if (tf.getBackend() === 'wasm') return wasmMemory(internals);
  return undefined;
}

function heapMemory(data: NonNullable<Internals['data']>): LiveMemory {
  return {
    locate: ({ dataId, shape }) => ({ values: floatsOf(data.get(dataId)), shape }),
    own(variable, changes) {
      // Here the array may be the caller's own (tf.tensor keeps what it is given) or in the caller's hands
      // (data() gives it away), and nothing tells. So it is never written, unless nothing changes.
      const values = data.get(variable.dataId).values as ArrayLike<number>;
      if (changes() || !(values instanceof Float32Array)) assignCopy(variable, values);
    },
  };
}

function wasmMemory(internals: Internals): LiveMemory | undefined {
  const heap = wasmHeapOf(internals);
  const { dataIdMap, wasm: { tfjs: { disposeData, registerTensor } = {} } = {} } = internals;
  if (heap === undefined || !dataIdMap) return undefined;
  // Without these, tfjs could not be told that the values of a tensor have changed.
  if (!disposeData || !registerTensor) return undefined;
  const { memory } = heap;
  const kernels = createWasmKernels(heap);
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
