import { PruneError } from '@synaprune/core';
import { readAll } from '@synaprune/files';
import { storedBackend } from '@synaprune/host/stored';
import { elementBytes } from '../view/element-bytes.js';
import type { FileRange } from '../view/model-view.js';
import { formatOf } from '../weights/element-format.js';
import type { ElementFormat } from '../weights/format.js';
import { memoryWeight } from '../weights/memory-weight.js';
import { requireFormat, type Surveyed } from '../weights/survey.js';
import type { DataFile } from './location.js';

/** Elements that are looked at in one go; a multiple of 32, so that words of masks and half-bytes stay together. */
export const STRETCH: number = 1 << 20;

/** A weight that is read a stretch at a time. */
export interface StreamedWeight {
  readonly shape: readonly number[];
  readonly elements: number;
  readonly format: ElementFormat;
  /** Whether the stored elements are float32, so that they are what {@link readValues} gives. */
  readonly isFloat32: boolean;
  /** The stored elements from `first` on, to be changed at will; good until the next call but one. */
  read(first: number, count: number): Promise<Uint8Array>;
  /** Takes elements from `first` on as they are to be. Missing where what was read is changed in its place. */
  readonly write?: (chunk: Uint8Array, first: number) => Promise<void>;
  /** Counted while it is written. */
  readonly zeros: { before: number; after: number };
}

/** Memory that stretches are read into by turns, for one weight after the other. */
export type Rooms = (sizeBytes: number) => Uint8Array;

/** Two rooms: one stretch is worked on while the next is read. */
export function createRooms(): Rooms {
  const rooms = [new Uint8Array(0), new Uint8Array(0)];
  let turn = 0;
  return (size) => {
    turn = 1 - turn;
    if (rooms[turn]!.length < size) rooms[turn] = new Uint8Array(size);
    return rooms[turn]!.subarray(0, size);
  };
}

/**
 * A weight of a model, out of its data file, or out of the model's own bytes, where it is changed.
 *
 * @param write takes bytes of a data file at an offset
 */
export function streamedWeight(
  bytes: Uint8Array,
  surveyed: Surveyed,
  extent: FileRange<DataFile> | undefined,
  {
    rooms,
    write,
  }: {
    readonly rooms: Rooms;
    readonly write: (file: DataFile, chunk: Uint8Array, at: number) => Promise<void>;
  },
): StreamedWeight & { readonly own?: Uint8Array } {
  const format = requireFormat(surveyed);
  const { tensor } = surveyed;
  const { shape, elements, type } = tensor;
  const bytesFor = (count: number): number => Math.ceil((count * type.bits) / 8);
  const zeros = { before: 0, after: 0 };
  const facts = { shape, elements, format, isFloat32: type.name === 'float32', zeros };
  if (extent === undefined) {
    const own = elementBytes(bytes, tensor);
    return {
      ...facts,
      own,
      read: (first, count) => Promise.resolve(own.subarray(bytesFor(first), bytesFor(first + count))),
    };
  }
  const { file, offset } = extent;
  return {
    ...facts,
    read: async (first, count) => {
      const chunk = rooms(bytesFor(count));
      await readAll(file.handle, chunk, offset + bytesFor(first), file.name);
      return chunk;
    },
    write: (chunk, first) => write(file, chunk, offset + bytesFor(first)),
  };
}

/** Scores in main memory, as a weight to rank by. */
export function streamedScores(
  values: Float32Array,
  { shape, elements }: Pick<StreamedWeight, 'shape' | 'elements'>,
): StreamedWeight {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  const read = async (first: number, count: number) => bytes.subarray(4 * first, 4 * (first + count));
  const zeros = { before: 0, after: 0 };
  return { shape, elements, format: formatOf('float32', undefined)!, isFloat32: true, read, zeros };
}

/** All values of a weight; where they are stored otherwise, the float32 that they rank by, without signs. */
export async function readValues(weight: StreamedWeight): Promise<Float32Array> {
  const values = createValues(weight);
  const { elements, isFloat32, format } = weight;
  const bits = new Int32Array(values.buffer);
  for (let first = 0; first < elements; first += STRETCH) {
    const count = Math.min(STRETCH, elements - first);
    const chunk = await weight.read(first, count);
    if (isFloat32) {
      const view = new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength);
      for (let i = 0; i < count; i += 1) bits[first + i] = view.getInt32(4 * i, true);
    } else {
      const { buffer } = storedBackend().read!(memoryWeight(format, chunk, [count], first)) as Float32Array;
      bits.set(new Int32Array(buffer), first);
    }
  }
  return values;
}

function createValues({ shape, elements }: StreamedWeight): Float32Array {
  try {
    return new Float32Array(elements);
  } catch (cause) {
    throw new PruneError(
      'unsupported',
      `a weight of shape [${shape}] needs ${4 * elements} bytes of memory to choose by other than single elements`,
      { cause },
    );
  }
}
