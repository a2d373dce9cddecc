import { PruneError } from '@synaprune/core';
import { quote } from '@synaprune/core/checks';
import { codecOf, type Element } from '../elements/codec.js';
import { codeOf, typeOf } from '../elements/element-type.js';
import { create, type TensorProto, TensorProto_DataLocation, TensorProtoSchema } from '../messages/schema.js';
import { tensorToFloat32 } from '../messages/tensors.js';
import { faultOf, type Kind, MOST_AXES, showShape, sizeOf } from './value.js';

/** The type and shape of a tensor in a file. @throws PruneError `bad-model` */
export function kindOfTensor(tensor: TensorProto): Kind {
  const type = typeOf(tensor.dataType);
  if (type === undefined) {
    throw new PruneError(
      'bad-model',
      `tensor ${quote(tensor.name)} has a type with number ${tensor.dataType}, which is none of ONNX's`,
    );
  }
  // Lengths first: a shape may be as long as the file.
  const fault =
    tensor.dims.length > MOST_AXES ? `${tensor.dims.length} axes` : faultOf(tensor.dims.map(Number));
  if (fault !== undefined) throw new PruneError('bad-model', `tensor ${quote(tensor.name)} has ${fault}`);
  return { type, shape: tensor.dims.map(Number) };
}

/** The elements of a tensor in a file. @throws PruneError `bad-model` or `unsupported-operator` */
export function elementsOfTensor(tensor: TensorProto): readonly Element[] {
  const { type, shape } = kindOfTensor(tensor);
  const size = sizeOf(shape);
  if (tensor.dataLocation === TensorProto_DataLocation.EXTERNAL) {
    throw new PruneError(
      'bad-model',
      `tensor ${tensor.name} lies in another file; a training step is built from one that holds its weights`,
    );
  }
  const codec = codecOf(type);
  if (codec === undefined) {
    throw new PruneError(
      'unsupported-operator',
      `tensor ${quote(tensor.name)} is ${type}, and its elements are asked for before the step runs; write it as int64 or float32`,
    );
  }
  const raw = tensor.rawData;
  const count = raw.length > 0 ? raw.length / codec.bytes : tensor[codec.field].length;
  if (count !== size) {
    throw new PruneError(
      'bad-model',
      `tensor ${quote(tensor.name)} needs ${size} elements of type ${type} for its shape ${showShape(shape)}, got ${count}`,
    );
  }
  if (raw.length === 0) return Array.from(tensor[codec.field], codec.stored);
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  return Array.from({ length: size }, (_, index) => codec.read(view, index * codec.bytes));
}

/** A tensor for a file. @throws PruneError `unsupported-operator` for types that nothing is computed in */
export function tensorOf(name: string, { type, shape }: Kind, elements: readonly Element[]): TensorProto {
  const codec = codecOf(type);
  if (codec === undefined) {
    throw new PruneError(
      'unsupported-operator',
      `a training step cannot compute constants of type ${type}; cast to float32 or to an integer type first`,
    );
  }
  const rawData = new Uint8Array(elements.length * codec.bytes);
  const view = new DataView(rawData.buffer);
  elements.forEach((element, index) => {
    codec.write(view, index * codec.bytes, element);
  });
  return create(TensorProtoSchema, { name, dims: shape.map(BigInt), dataType: codeOf(type), rawData });
}

/** The elements of a float32 tensor, a copy. @throws PruneError `bad-model` or `external-data` */
export function floatsOf(tensor: TensorProto): Float32Array {
  const whole = tensor.rawData.length > 0 && tensor.rawData.length === 4 * sizeOf(tensor.dims.map(Number));
  // All at once: raw data is little-endian, as every machine that runs JavaScript today.
  return whole ? new Float32Array(tensor.rawData.slice().buffer) : tensorToFloat32(tensor);
}
