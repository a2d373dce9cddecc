import { PruneError } from '@synaprune/core';
import { elementsOf, quote } from '@synaprune/core/checks';
import type { TensorProto } from '@synaprune/onnx';
import { tensorOf, typeOf } from '@synaprune/onnx/graph';

const BYTES: Readonly<Record<string, number>> = {
  float32: 4,
  int32: 4,
  uint32: 4,
  float16: 2,
  bfloat16: 2,
  int16: 2,
  uint16: 2,
  int8: 1,
  uint8: 1,
  bool: 1,
  int64: 8,
  uint64: 8,
  float64: 8,
};

/** Whether the elements of a tensor are whole bytes, so that it can be cut. */
export function hasWholeBytes({ dataType }: TensorProto): boolean {
  return BYTES[typeOf(dataType) ?? 'unknown'] !== undefined;
}

/** How many bytes an element of a tensor takes in `raw_data`. @throws PruneError `unsupported` */
export function elementBytes({ name, dataType }: TensorProto): number {
  const type = typeOf(dataType) ?? 'unknown';
  const bytes = BYTES[type];
  if (bytes === undefined) {
    throw new PruneError(
      'unsupported',
      `tensor ${quote(name)} of ${type} cannot be cut: its elements are no whole bytes`,
    );
  }
  return bytes;
}

/** The elements of a tensor as `raw_data` has them. @throws PruneError `bad-model` when there are not as many as it needs */
export function rawBytes(message: TensorProto): Uint8Array {
  const shape = message.dims.map(Number);
  const needed = elementsOf(shape) * elementBytes(message);
  const { rawData } = message;
  if (rawData.length === needed) return rawData;
  if (rawData.length > 0) {
    throw new PruneError(
      'bad-model',
      `tensor ${quote(message.name)} needs ${needed} bytes for its shape [${shape}], got ${rawData.length}`,
    );
  }
  return typedBytes(message, shape);
}

function typedBytes(message: TensorProto, shape: readonly number[]): Uint8Array {
  const type = typeOf(message.dataType)!;
  const list: readonly (number | bigint)[] =
    [message.floatData, message.int32Data, message.int64Data, message.doubleData, message.uint64Data].find(
      ({ length }) => length > 0,
    ) ?? [];
  if (list.length !== elementsOf(shape)) {
    throw new PruneError(
      'bad-model',
      `tensor ${quote(message.name)} needs ${elementsOf(shape)} elements for its shape [${shape}], got ${list.length}`,
    );
  }
  // Half floats are written as their bits.
  if (type === 'float16' || type === 'bfloat16') {
    return new Uint8Array(Uint16Array.from(list, Number).buffer);
  }
  return tensorOf(message.name, { type, shape }, list).rawData;
}
