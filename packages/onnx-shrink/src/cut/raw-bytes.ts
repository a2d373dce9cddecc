import type { TensorProto } from '@synaprune/onnx';
import { tensorOf, typeOf } from '@synaprune/onnx/graph';
import { storageOf } from '../follow/file-tensors.js';

/** How many bytes an element of a tensor takes that can be cut, 0 of others. */
export function cutBytes(message: TensorProto): number {
  return storageOf(message)?.bytes ?? 0;
}

/** How many bytes an element of a tensor takes in `raw_data`, of a type that can be cut. */
export function elementBytes(message: TensorProto): number {
  return storageOf(message)!.bytes;
}

/** The elements of a tensor that was followed as `raw_data` has them: where it does, those themselves. */
export function rawBytes(message: TensorProto): Uint8Array {
  if (message.rawData.length > 0) return message.rawData;
  const list: readonly (number | bigint)[] = message[storageOf(message)!.list];
  const type = typeOf(message.dataType)!;
  // Half floats are written as their bits.
  if (type === 'float16' || type === 'bfloat16') {
    return new Uint8Array(Uint16Array.from(list, Number).buffer);
  }
  return tensorOf(message.name, { type, shape: [list.length] }, list).rawData;
}
