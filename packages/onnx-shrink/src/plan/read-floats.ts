import { TensorProto_DataType, tensorToFloat32 } from '@synaprune/onnx';
import { rawBytes } from '../cut/raw-bytes.js';
import type { FileTensor } from '../follow/graph-value.js';

/**
 * Reads tensors one after the other as floats, to be looked at only, and only until the next is read: where they lie, or
 * in one array for all whose place in the file is none for floats. Memory that was never touched is dear.
 */
export function createFloatReader(): (tensor: FileTensor) => Float32Array {
  let room = new Float32Array(0);
  return ({ message }) => {
    if (message.dataType !== TensorProto_DataType.FLOAT || message.rawData.length === 0)
      return tensorToFloat32(message);
    const bytes = rawBytes(message);
    const count = bytes.length / 4;
    if (bytes.byteOffset % 4 === 0) return new Float32Array(bytes.buffer, bytes.byteOffset, count);
    if (room.length < count) room = new Float32Array(count);
    new Uint8Array(room.buffer).set(bytes);
    return room.subarray(0, count);
  };
}

/** The elements of one tensor, to be looked at only. */
export function readFloats(tensor: FileTensor): Float32Array {
  return createFloatReader()(tensor);
}
