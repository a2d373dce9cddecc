import { describe, elementsOf, isRecord, quote, requireOptions } from '@synaprune/core/checks';
import type { StateDict } from '../decode/model.js';
import { CODINGS, type Source, type Span } from './source.js';

const TYPES: Readonly<Record<string, number>> = {
  Int8Array: CODINGS.bytes,
  Uint8Array: CODINGS.bytes,
  Uint8ClampedArray: CODINGS.bytes,
  Int16Array: CODINGS.words,
  Uint16Array: CODINGS.words,
  Int32Array: CODINGS.doubleWords,
  Uint32Array: CODINGS.doubleWords,
  BigInt64Array: CODINGS.quadWords,
  BigUint64Array: CODINGS.quadWords,
  Float16Array: CODINGS.float16,
  Float32Array: CODINGS.float32,
  Float64Array: CODINGS.float64,
};

/**
 * The bytes of a state, a buffer a tensor.
 *
 * @throws TypeError | RangeError when a tensor is none, or its shape is not that of its data
 */
export function stateSource(caller: string, state: StateDict): Source {
  const tensors: [string, string, readonly number[]][] = [];
  const buffers: Uint8Array[] = [];
  const spans: Span[] = [];
  let offset = 0;
  for (const [name, tensor] of Object.entries(state)) {
    const { type, shape, bytes } = readTensor(caller, name, tensor);
    tensors.push([name, type, shape]);
    buffers.push(bytes);
    spans.push({ name, shape, coding: TYPES[type]!, offset, length: bytes.length });
    offset += bytes.length;
  }
  return { kind: 'state', head: JSON.stringify({ kind: 'state', tensors }), buffers, spans };
}

function readTensor(caller: string, name: string, tensor: unknown) {
  const field = `the tensor ${quote(name)}`;
  if (!isRecord(tensor) || ArrayBuffer.isView(tensor)) {
    throw new TypeError(`${caller} needs ${field} to be { shape, data }, got ${describe(tensor)}`);
  }
  requireOptions(caller, field, tensor, ['shape', 'data']);
  const { shape, data } = tensor;
  // By what it is, whatever its constructor says, and of any realm.
  const type = Object.prototype.toString.call(data).slice('[object '.length, -1);
  if (!ArrayBuffer.isView(data) || !Object.hasOwn(TYPES, type)) {
    throw new TypeError(`${caller} needs data of ${field} to be a typed array, got ${describe(data)}`);
  }
  if (!isShape(shape)) {
    throw new TypeError(`${caller} needs shape of ${field} to be a list of lengths, got ${describe(shape)}`);
  }
  const length = (data as Uint8Array).length;
  if (elementsOf(shape) !== length) {
    throw new RangeError(
      `${caller} needs ${elementsOf(shape)} elements for shape [${shape}] of ${field}, got ${length}`,
    );
  }
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return { type, shape: [...shape], bytes };
}

function isShape(shape: unknown): shape is readonly number[] {
  return Array.isArray(shape) && shape.every((edge) => Number.isSafeInteger(edge) && edge >= 0);
}
