import { create } from '@bufbuild/protobuf';
import { PruneError } from '@synaprune/core';
import { describe, quote } from '@synaprune/core/checks';
import {
  type TensorProto,
  TensorProto_DataLocation,
  TensorProto_DataType,
  TensorProtoSchema,
} from 'onnx-buf';
import { badModel } from '../bytes/wire.js';
import { floatOfBfloat, floatOfHalf } from '../elements/narrow-floats.js';

/**
 * The elements of a tensor message, each rounded to the nearest float32: of float32, float16, bfloat16, float64,
 * bool and the integers of 8 to 64 bits, in raw or typed data. The array is the caller's.
 *
 * @throws PruneError `bad-model` when the data has not the length that the dimensions need, `external-data` when
 *   it lies in another file, `unsupported` when its type is none of these
 *
 * @example
 * ```ts
 * import { tensorFromFloat32, tensorToFloat32 } from '@synaprune/onnx';
 *
 * const tensor = tensorFromFloat32('kernel', Float32Array.of(0.5, -2), [2, 1]);
 * console.log([...tensorToFloat32(tensor)]); // [ 0.5, -2 ]
 * ```
 */
export function tensorToFloat32(tensor: TensorProto): Float32Array {
  const place = `tensor ${quote(tensor.name)}`;
  if (tensor.dataLocation === TensorProto_DataLocation.EXTERNAL || tensor.externalData.length > 0) {
    throw new PruneError('external-data', `${place} has its data in another file; load it into the model`);
  }
  const elements = tensor.dims.reduce((product, edge) => product * edge, 1n);
  if (tensor.dims.some((edge) => edge < 0n)) throw badModel(place, `the shape [${tensor.dims}]`);
  const read = readers[tensor.dataType];
  if (read === undefined) {
    const type = TensorProto_DataType[tensor.dataType] ?? tensor.dataType;
    throw new PruneError('unsupported', `${place} needs a numeric type to become float32, got ${type}`);
  }
  const raw = tensor.rawData;
  // Empty raw data is also what a tensor in typed fields shows.
  const { length, at } =
    raw.length > 0
      ? {
          length: raw.length / read.bytes,
          at: viewReader(new DataView(raw.buffer, raw.byteOffset, raw.length), read),
        }
      : typedReader(tensor, read);
  if (BigInt(Math.trunc(length)) !== elements || !Number.isInteger(length)) {
    throw badModel(place, `the shape [${tensor.dims}], ${elements} elements, and data for ${length}`);
  }
  return Float32Array.from({ length }, (_, i) => at(i));
}

/**
 * A float32 tensor message with its own copy of the values, in raw data.
 *
 * @param dims the shape; row-major
 * @throws TypeError when `values` is no `Float32Array`
 * @throws RangeError when the shape needs another number of values
 *
 * @example
 * ```ts
 * import { tensorFromFloat32 } from '@synaprune/onnx';
 *
 * console.log(tensorFromFloat32('bias', Float32Array.of(1), [1]).rawData); // Uint8Array(4) [ 0, 0, 128, 63 ]
 * ```
 */
export function tensorFromFloat32(
  name: string,
  values: Float32Array,
  dims: readonly (number | bigint)[],
): TensorProto {
  if (!(values instanceof Float32Array)) {
    throw new TypeError(`tensorFromFloat32 needs values as a Float32Array, got ${describe(values)}`);
  }
  const needed = dims.reduce<number>((product, edge) => product * Number(edge), 1);
  if (needed !== values.length || !dims.every((edge) => Number.isSafeInteger(Number(edge)) && edge >= 0)) {
    throw new RangeError(
      `tensorFromFloat32 needs ${needed} values for [${dims}] in ${quote(name)}, got ${values.length}`,
    );
  }
  const rawData = new Uint8Array(values.length * 4);
  const view = new DataView(rawData.buffer);
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  for (let i = 0; i < bits.length; i += 1) view.setUint32(4 * i, bits[i]!, true);
  return create(TensorProtoSchema, {
    name,
    dataType: TensorProto_DataType.FLOAT,
    dims: dims.map(BigInt),
    rawData,
  });
}

type TypedField = 'floatData' | 'doubleData' | 'int32Data' | 'int64Data' | 'uint64Data';

interface ElementReader {
  readonly bytes: number;
  readonly raw: (view: DataView, at: number) => number;
  readonly field: TypedField;
  /** From what the typed field holds, where that is not the value itself. */
  readonly typed?: (stored: number) => number;
}

const reader = (
  bytes: number,
  field: TypedField,
  raw: ElementReader['raw'],
  typed?: (stored: number) => number,
): ElementReader => (typed === undefined ? { bytes, field, raw } : { bytes, field, raw, typed });

const readers: Readonly<Record<number, ElementReader | undefined>> = {
  [TensorProto_DataType.FLOAT]: reader(4, 'floatData', (view, at) => view.getFloat32(at, true)),
  [TensorProto_DataType.DOUBLE]: reader(8, 'doubleData', (view, at) => view.getFloat64(at, true)),
  [TensorProto_DataType.FLOAT16]: reader(
    2,
    'int32Data',
    (view, at) => floatOfHalf(view.getUint16(at, true)),
    floatOfHalf,
  ),
  [TensorProto_DataType.BFLOAT16]: reader(
    2,
    'int32Data',
    (view, at) => floatOfBfloat(view.getUint16(at, true)),
    floatOfBfloat,
  ),
  [TensorProto_DataType.INT8]: reader(1, 'int32Data', (view, at) => view.getInt8(at)),
  [TensorProto_DataType.UINT8]: reader(1, 'int32Data', (view, at) => view.getUint8(at)),
  [TensorProto_DataType.BOOL]: reader(1, 'int32Data', (view, at) => view.getUint8(at)),
  [TensorProto_DataType.INT16]: reader(2, 'int32Data', (view, at) => view.getInt16(at, true)),
  [TensorProto_DataType.UINT16]: reader(2, 'int32Data', (view, at) => view.getUint16(at, true)),
  [TensorProto_DataType.INT32]: reader(4, 'int32Data', (view, at) => view.getInt32(at, true)),
  [TensorProto_DataType.UINT32]: reader(4, 'uint64Data', (view, at) => view.getUint32(at, true)),
  [TensorProto_DataType.INT64]: reader(8, 'int64Data', (view, at) => Number(view.getBigInt64(at, true))),
  [TensorProto_DataType.UINT64]: reader(8, 'uint64Data', (view, at) => Number(view.getBigUint64(at, true))),
};

function viewReader(view: DataView, { bytes, raw }: ElementReader): (i: number) => number {
  return (i) => raw(view, i * bytes);
}

function typedReader(
  tensor: TensorProto,
  { field, typed = (stored) => stored }: ElementReader,
): { readonly length: number; readonly at: (i: number) => number } {
  const values: readonly (number | bigint)[] = tensor[field];
  return { length: values.length, at: (i) => typed(Number(values[i]!)) };
}
