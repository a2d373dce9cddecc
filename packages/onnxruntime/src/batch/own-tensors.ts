import { isRecord, quote } from '@synaprune/core/checks';
import type { BatchTensor, BatchTensors } from './batch.js';

/**
 * Tensors with elements of their own, taken at once: what a caller writes into its arrays afterwards, as one does that fills
 * them again while a step runs, changes nothing. Tensors on a device, and what is no tensor at all, are as they were.
 */
export function ownTensors(tensors: BatchTensors): BatchTensors {
  if (!isRecord(tensors) || ArrayBuffer.isView(tensors)) return tensors;
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, owned(name, tensor)]));
}

function owned(name: string, tensor: BatchTensor): BatchTensor {
  if (isTypedArray(tensor)) return copied(name, tensor);
  // The data of a tensor on a device throws when it is looked at.
  if (!isRecord(tensor) || ('location' in tensor && tensor.location !== 'cpu')) return tensor;
  const { data, dims } = tensor as { readonly data: unknown; readonly dims: readonly number[] };
  return isTypedArray(data)
    ? { data: copied(name, data), dims: Array.isArray(dims) ? [...dims] : dims }
    : tensor;
}

type TypedArray = Extract<BatchTensor, Uint8Array>;

function isTypedArray(value: unknown): value is TypedArray {
  return ArrayBuffer.isView(value) && !(value instanceof DataView);
}

/** A `Buffer` has a `slice` of its own, which copies nothing. */
function copied(name: string, data: TypedArray): TypedArray {
  try {
    return Uint8Array.prototype.slice.call(data) as TypedArray;
  } catch (cause) {
    // As after postMessage and structuredClone, with the buffer among what they transfer.
    throw new TypeError(
      `${quote(name)} needs elements, got an array whose buffer was given away (detached)`,
      { cause },
    );
  }
}
