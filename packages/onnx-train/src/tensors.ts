import { PruneError } from '@synaprune/core';
import { codeOf, type ElementType, typeOf } from './element-type.js';
import {
  create,
  type TensorProto,
  TensorProto_DataLocation,
  TensorProtoSchema,
  tensorToFloat32,
} from './messages.js';
import { type Kind, showShape, sizeOf } from './value.js';

/** More elements than any runtime could hold. */
const MOST_ELEMENTS = 2 ** 40;

/** The type and shape of a tensor in a file. @throws PruneError `bad-model` */
export function kindOfTensor(tensor: TensorProto): Kind {
  const type = typeOf(tensor.dataType);
  if (type === undefined) {
    throw new PruneError(
      'bad-model',
      `tensor ${tensor.name} has a type with number ${tensor.dataType}, which no training step can hold`,
    );
  }
  const shape = tensor.dims.map(Number);
  if (shape.some((dimension) => dimension < 0) || sizeOf(shape) > MOST_ELEMENTS) {
    throw new PruneError('bad-model', `tensor ${tensor.name} has the impossible shape ${showShape(shape)}`);
  }
  return { type, shape };
}

/** The elements of a tensor in a file. @throws PruneError `bad-model` */
export function numbersOfTensor(tensor: TensorProto): readonly number[] {
  const { type, shape } = kindOfTensor(tensor);
  const size = sizeOf(shape);
  if (tensor.dataLocation === TensorProto_DataLocation.EXTERNAL) {
    throw new PruneError(
      'bad-model',
      `tensor ${tensor.name} lies in another file; a training step is built from one that holds its weights`,
    );
  }
  const numbers = tensor.rawData.length > 0 ? fromRaw(type, tensor.rawData) : fromFields(type, tensor);
  if (numbers === undefined || numbers.length !== size) {
    throw new PruneError(
      'bad-model',
      `tensor ${tensor.name} needs ${size} elements of type ${type} for its shape ${showShape(shape)}, got ${numbers?.length ?? 'bytes of another type'}`,
    );
  }
  return numbers;
}

function fromRaw(type: ElementType, raw: Uint8Array): readonly number[] | undefined {
  // A copy: typed arrays need an aligned start.
  const bytes = raw.slice().buffer;
  switch (type) {
    case 'float32':
      return raw.length % 4 === 0 ? Array.from(new Float32Array(bytes)) : undefined;
    case 'float64':
      return raw.length % 8 === 0 ? Array.from(new Float64Array(bytes)) : undefined;
    case 'int32':
      return raw.length % 4 === 0 ? Array.from(new Int32Array(bytes)) : undefined;
    case 'int64':
      return raw.length % 8 === 0 ? Array.from(new BigInt64Array(bytes), Number) : undefined;
    case 'bool':
    case 'uint8':
      return Array.from(raw);
    case 'int8':
      return Array.from(new Int8Array(bytes));
    default:
      return undefined;
  }
}

function fromFields(type: ElementType, tensor: TensorProto): readonly number[] | undefined {
  switch (type) {
    case 'float32':
      return tensor.floatData;
    case 'float64':
      return tensor.doubleData;
    case 'int64':
      return tensor.int64Data.map(Number);
    case 'int32':
    case 'bool':
    case 'uint8':
    case 'int8':
      return tensor.int32Data;
    default:
      return undefined;
  }
}

/** A tensor for a file. */
export function tensorOf(name: string, { type, shape }: Kind, numbers: readonly number[]): TensorProto {
  const dims = shape.map(BigInt);
  return create(TensorProtoSchema, { name, dims, dataType: codeOf(type), rawData: toRaw(type, numbers) });
}

function toRaw(type: ElementType, numbers: readonly number[]): Uint8Array<ArrayBuffer> {
  switch (type) {
    case 'float32':
      return new Uint8Array(Float32Array.from(numbers).buffer);
    case 'float64':
      return new Uint8Array(Float64Array.from(numbers).buffer);
    case 'int32':
      return new Uint8Array(Int32Array.from(numbers).buffer);
    case 'int64':
      return new Uint8Array(BigInt64Array.from(numbers, BigInt).buffer);
    case 'bool':
    case 'uint8':
      return Uint8Array.from(numbers);
    case 'int8':
      return new Uint8Array(Int8Array.from(numbers).buffer);
    default:
      throw new PruneError(
        'unsupported-operator',
        `a training step cannot compute constants of type ${type}`,
      );
  }
}

/** The elements of a float32 tensor, a copy. @throws PruneError `bad-model` or `external-data` */
export function floatsOf(tensor: TensorProto): Float32Array {
  const whole = tensor.rawData.length > 0 && tensor.rawData.length === 4 * sizeOf(tensor.dims.map(Number));
  // All at once: raw data is little-endian, as every machine that runs JavaScript today.
  return whole ? new Float32Array(tensor.rawData.slice().buffer) : tensorToFloat32(tensor);
}
