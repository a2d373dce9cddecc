import { type TensorProto, TensorProto_DataType, tensorToFloat32 } from '@synaprune/onnx';

/** More elements than a shape, a list of axes or of parts of a split has. */
const MOST = 4096;

const INTEGERS: ReadonlySet<number> = new Set([
  TensorProto_DataType.INT64,
  TensorProto_DataType.INT32,
  TensorProto_DataType.INT8,
  TensorProto_DataType.UINT8,
  TensorProto_DataType.BOOL,
]);

/** The elements of a short vector of integers, or of one. */
export function readSizes(message: TensorProto, shape: readonly number[]): readonly number[] | undefined {
  if (shape.length > 1 || (shape[0] ?? 1) > MOST || !INTEGERS.has(message.dataType)) return undefined;
  if (message.externalData.length > 0) return undefined;
  if (message.dataType !== TensorProto_DataType.INT64) return Array.from(tensorToFloat32(message));
  if (message.rawData.length === 0) return message.int64Data.map(Number);
  const view = new DataView(message.rawData.buffer, message.rawData.byteOffset, message.rawData.byteLength);
  return Array.from({ length: view.byteLength / 8 }, (_, i) => Number(view.getBigInt64(i * 8, true)));
}
