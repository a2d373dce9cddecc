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
  if (isDetached(data)) {
    throw new TypeError(
      `${quote(name)} needs elements in a typed array, got one whose buffer was given away (detached), as postMessage and structuredClone give it`,
    );
  }
  return Uint8Array.prototype.slice.call(data) as TypedArray;
}

/** An array over a buffer that was given away has no length, and cannot be read. */
function isDetached({ buffer, length }: TypedArray): boolean {
  if (length > 0 || buffer.byteLength > 0) return false;
  try {
    new Uint8Array(buffer);
    return false;
  } catch {
    return true;
  }
}
