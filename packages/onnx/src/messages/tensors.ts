import { create } from '@bufbuild/protobuf';
import { PruneError } from '@synaprune/core';
import { describe, elementsOf, isRecord, quote, requireThat } from '@synaprune/core/checks';
import { floatOfHalf } from '@synaprune/core/numbers';
import { type TensorProto, TensorProto_DataLocation, TensorProtoSchema } from 'onnx-buf';
import { codecOf } from '../elements/codec.js';
import type { Element } from '../elements/element.js';
import { codeOf, factsOf, typeOf } from '../elements/element-type.js';
import { faultOf, type Kind, MOST_AXES, showShape } from '../elements/kind.js';
import { floatOfBfloat } from '../elements/narrow-floats.js';

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

/** What reads the elements of a tensor; undefined for types whose elements nothing looks at. */
function readerOf(
  tensor: TensorProto,
  { type, shape }: Kind,
): { readonly length: number; readonly at: (index: number) => Element } | undefined {
  const name = quote(tensor.name);
  if (tensor.dataLocation === TensorProto_DataLocation.EXTERNAL || tensor.externalData.length > 0) {
    throw new PruneError(
      'external-data',
      `tensor ${name} has its data in another file; load it into the model`,
    );
  }
  const codec = codecOf(type);
  const { bits, field } = factsOf(type);
  if (codec === undefined || field === undefined || field === 'stringData') return undefined;
  const length = elementsOf(shape);
  const list: readonly (number | bigint)[] = tensor[field];
  // Empty raw data is also what a tensor in typed fields shows. Those hold half-bytes two in a number, as bytes.
  const raw =
    tensor.rawData.length > 0 || bits >= 8
      ? tensor.rawData
      : Uint8Array.from(list, (value) => Number(value) & 0xff);
  const count = raw.length === 0 ? list.length : bits < 8 ? raw.length * 2 : (raw.length * 8) / bits;
  const needed = bits < 8 ? length + (length % 2) : length;
  if (count !== needed) {
    throw new PruneError(
      'bad-model',
      `tensor ${name} needs ${needed} elements of type ${type} for its shape ${showShape(shape)}, got ${count}`,
    );
  }
  if (raw.length === 0) return { length, at: (index) => codec.stored(list[index]!) };
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  return { length, at: (index) => codec.read(view, index) };
}

/**
 * The elements of a tensor in a file, exactly.
 *
 * @throws PruneError `bad-model`, `external-data`, or `unsupported-operator` for types whose elements nothing looks at
 */
export function elementsOfTensor(tensor: TensorProto): readonly Element[] {
  const kind = kindOfTensor(tensor);
  const reader = readerOf(tensor, kind);
  if (reader === undefined) {
    throw new PruneError(
      'unsupported-operator',
      `tensor ${quote(tensor.name)} is ${kind.type}, and its elements are asked for before the graph runs; write it as int64 or float32`,
    );
  }
  return Array.from({ length: reader.length }, (_, index) => reader.at(index));
}

/** A tensor for a file. @throws PruneError `unsupported-operator` for types that nothing is computed in */
export function tensorOf(name: string, { type, shape }: Kind, elements: ArrayLike<Element>): TensorProto {
  const codec = codecOf(type);
  if (codec === undefined) {
    throw new PruneError(
      'unsupported-operator',
      `constants of type ${type} cannot be computed; cast to float32 or to an integer type first`,
    );
  }
  const rawData = new Uint8Array(Math.ceil((elements.length * factsOf(type).bits) / 8));
  const view = new DataView(rawData.buffer);
  for (let index = 0; index < elements.length; index += 1) codec.write(view, index, elements[index]!);
  return create(TensorProtoSchema, { name, dims: shape.map(BigInt), dataType: codeOf(type), rawData });
}

/**
 * The elements of a tensor message, each rounded to the nearest float32: of float32, float16, bfloat16, float64,
 * bool and the integers of 4 to 64 bits, in raw or typed data. The array is the caller's.
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
  if (!isRecord(tensor) || !(tensor.rawData instanceof Uint8Array)) {
    throw new TypeError(
      `tensorToFloat32 needs a TensorProto, as decodeModel makes it, got ${describe(tensor)}`,
    );
  }
  const kind = kindOfTensor(tensor);
  const reader = readerOf(tensor, kind);
  if (reader === undefined) {
    throw new PruneError(
      'unsupported',
      `tensor ${quote(tensor.name)} needs a numeric type to become float32, got ${kind.type}`,
    );
  }
  // All at once: raw data is little-endian, as every machine that runs JavaScript today.
  if (kind.type === 'float32' && tensor.rawData.length > 0) {
    return new Float32Array(tensor.rawData.slice().buffer);
  }
  if ((kind.type === 'float16' || kind.type === 'bfloat16') && tensor.rawData.length > 0) {
    const numberOf = kind.type === 'float16' ? floatOfHalf : floatOfBfloat;
    return Float32Array.from(new Uint16Array(tensor.rawData.slice().buffer), numberOf);
  }
  return Float32Array.from({ length: reader.length }, (_, index) => Number(reader.at(index)));
}

/**
 * A float32 tensor message with its own copy of the values, in raw data.
 *
 * @param dims the shape; row-major
 * @throws TypeError when `values` is no `Float32Array`, or `dims` no list of numbers
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
  const areNumbers = Array.isArray(dims) && dims.every((edge) => /^(number|bigint)$/.test(typeof edge));
  requireThat('tensorFromFloat32', 'dims', dims, 'a list of numbers', areNumbers);
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
  return create(TensorProtoSchema, { name, dataType: codeOf('float32'), dims: dims.map(BigInt), rawData });
}
