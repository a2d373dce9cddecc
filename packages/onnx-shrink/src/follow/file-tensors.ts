import { PruneError } from '@synaprune/core';
import { elementsOf, quote } from '@synaprune/core/checks';
import { type TensorProto, TensorProto_DataLocation } from '@synaprune/onnx';
import { faultOf, MOST_AXES, showShape, typeOf } from '@synaprune/onnx/graph';

/** How elements of a type are stored: bytes of one in `raw_data`, and the list that holds them where that is empty. */
interface Storage {
  readonly bytes: number;
  readonly list: 'floatData' | 'int32Data' | 'int64Data' | 'doubleData' | 'uint64Data';
}

const STORAGE: Readonly<Record<string, Storage>> = {
  float32: { bytes: 4, list: 'floatData' },
  float64: { bytes: 8, list: 'doubleData' },
  float16: { bytes: 2, list: 'int32Data' },
  bfloat16: { bytes: 2, list: 'int32Data' },
  int8: { bytes: 1, list: 'int32Data' },
  uint8: { bytes: 1, list: 'int32Data' },
  int16: { bytes: 2, list: 'int32Data' },
  uint16: { bytes: 2, list: 'int32Data' },
  int32: { bytes: 4, list: 'int32Data' },
  uint32: { bytes: 4, list: 'uint64Data' },
  int64: { bytes: 8, list: 'int64Data' },
  uint64: { bytes: 8, list: 'uint64Data' },
  bool: { bytes: 1, list: 'int32Data' },
};

/** How the elements of a tensor are stored, or undefined where they are not whole bytes that can be cut. */
export function storageOf({ dataType }: TensorProto): Storage | undefined {
  const type = typeOf(dataType) ?? '';
  return Object.hasOwn(STORAGE, type) ? STORAGE[type] : undefined;
}

/** Why no element of a tensor can be removed, whatever reads it. */
export function whyUncut(message: TensorProto): string | undefined {
  if (storageOf(message) !== undefined) return undefined;
  return `nothing is cut out of elements of type ${typeOf(message.dataType) ?? `number ${message.dataType}`}`;
}

/** A shape as a file writes it. @throws PruneError `bad-model` when no tensor can have it */
export function shapeOfDims(name: string, dims: readonly bigint[]): readonly number[] {
  // Lengths first: a shape may be as long as the file.
  const shape = dims.length > MOST_AXES ? dims.slice(0, MOST_AXES + 1).map(Number) : dims.map(Number);
  const fault = faultOf(shape);
  if (fault !== undefined) throw new PruneError('bad-model', `tensor ${quote(name)} has ${fault}`);
  return shape;
}

/**
 * The shape of a tensor of the file, whose elements are all there.
 *
 * @throws PruneError `bad-model` when no tensor can have it, or its data has another length; `external-data` when they
 *   lie in another file
 */
export function shapeOfTensor(message: TensorProto, name: string): readonly number[] {
  const shape = shapeOfDims(name, message.dims);
  if (message.dataLocation === TensorProto_DataLocation.EXTERNAL || message.externalData.length > 0) {
    const file = message.externalData.find(({ key }) => key === 'location')?.value ?? '';
    throw new PruneError(
      'external-data',
      `tensor ${quote(name)} has its data in ${quote(file)}, which a model given as bytes cannot reach; give the bytes ` +
        `of the file as well, externalData: { ${quote(file)}: bytes }`,
    );
  }
  const storage = storageOf(message);
  if (storage === undefined) return shape;
  const { rawData } = message;
  const raw = rawData.length > 0;
  const needed = elementsOf(shape) * (raw ? storage.bytes : 1);
  const got = raw ? rawData.length : message[storage.list].length;
  if (got === needed) return shape;
  throw new PruneError(
    'bad-model',
    `tensor ${quote(name)} needs ${needed} ${raw ? 'bytes' : 'elements'} for its shape ${showShape(shape)}, got ${got}`,
  );
}
