import { TensorProto_DataType, tensorToFloat32 } from '@synaprune/onnx';
import { rawBytes } from '../cut/raw-bytes.js';
import type { FileTensor } from '../follow/graph-value.js';

/** The elements of a tensor as floats, to be looked at only: where they lie as they are needed, no copy is made. */
export function readFloats({ message }: FileTensor): Float32Array {
  if (message.dataType !== TensorProto_DataType.FLOAT || message.rawData.length === 0)
    return tensorToFloat32(message);
  const bytes = rawBytes(message);
  if (bytes.byteOffset % 4 !== 0) return tensorToFloat32(message);
  return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
}
