import { PruneError } from '@synaprune/core';
import { showPlace } from '../bytes/wire.js';
import { elementBytes } from '../view/element-bytes.js';
import type { FileRange } from '../view/model-view.js';
import { formatOf } from '../weights/element-format.js';
import type { Surveyed } from '../weights/survey.js';
import type { DataFile } from './location.js';
import { readAll } from './output.js';
import type { StreamedWeight } from './stream-backend.js';

/** A weight of a model, read a stretch at a time: out of its data file, or out of the model's own bytes. */
export function streamedWeight(
  bytes: Uint8Array,
  { tensor, format }: Surveyed,
  extent: FileRange<DataFile> | undefined,
): StreamedWeight {
  if (typeof format === 'string') {
    throw new PruneError('unsupported', `${showPlace(tensor.place)} is ${format}`);
  }
  const { shape, elements, type } = tensor;
  const bytesFor = (count: number): number => Math.ceil((count * type.bits) / 8);
  const facts = { shape, elements, format, isFloat32: type.name === 'float32' };
  if (extent === undefined) {
    const own = elementBytes(bytes, tensor);
    return {
      ...facts,
      read: (first, count) => Promise.resolve(own.subarray(bytesFor(first), bytesFor(first + count))),
    };
  }
  const { file, offset } = extent;
  let room = new Uint8Array(0);
  return {
    ...facts,
    read: async (first, count) => {
      const size = bytesFor(count);
      if (room.length < size) room = new Uint8Array(size);
      const chunk = room.subarray(0, size);
      await readAll(file.handle, chunk, offset + bytesFor(first), file.name);
      return chunk;
    },
  };
}

/** Scores in main memory, as a weight to rank by. */
export function streamedScores(
  values: Float32Array,
  { shape, elements }: Pick<StreamedWeight, 'shape' | 'elements'>,
): StreamedWeight {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  const read = async (first: number, count: number) => bytes.subarray(4 * first, 4 * (first + count));
  return { shape, elements, format: formatOf('float32', undefined)!, isFloat32: true, read };
}
