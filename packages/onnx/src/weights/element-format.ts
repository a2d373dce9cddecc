import { magnitudeOf } from '@synaprune/core';
import type { DataType } from '../elements/data-types.js';
import { floatOfHalf } from '../elements/narrow-floats.js';
import { float32Format } from './float32-format.js';
import type { Quantisation } from './quantisation.js';

/**
 * How the elements of one weight are ranked and dropped, a stretch of them at a time. `chunk` holds `count`
 * elements from element `first` on, which is even; `words` is a mask of the whole weight, bit `i % 32` of word
 * `i >> 5` being 1 for what is kept.
 */
export interface ElementFormat {
  /** Magnitudes of the elements, as float32 bits without their sign. */
  rank(chunk: Uint8Array, first: number, count: number, into: Int32Array): void;
  /** Sets every dropped element to +0, or to the zero point; leaves the others as they are. */
  clear(chunk: Uint8Array, first: number, count: number, words: Int32Array): void;
  /** How many elements are ±0, or the zero point. */
  countZeros(chunk: Uint8Array, first: number, count: number): number;
}

/** The format of a floating-point type, or of a quantised one with its parameters. */
export function formatOf(type: DataType, quantisation: Quantisation | undefined): ElementFormat | undefined {
  if (quantisation !== undefined) return quantised(type, quantisation);
  // One for all tensors of a type: files have hundreds of thousands.
  if (!formats.has(type)) formats.set(type, floatFormat(type));
  return formats.get(type);
}

const formats = new Map<DataType, ElementFormat | undefined>();

function floatFormat(type: DataType): ElementFormat | undefined {
  switch (type) {
    case 'float32':
      return float32Format(plain(4, (view, at) => view.getInt32(at, true) & 0x7fffffff));
    case 'bfloat16':
      return plain(2, (view, at) => (view.getUint16(at, true) & 0x7fff) << 16);
    case 'float16': {
      const magnitudes = halfMagnitudes();
      return plain(2, (view, at) => magnitudes[view.getUint16(at, true) & 0x7fff]!);
    }
    case 'float64':
      // Zeros are told by the value itself: some float64 that are not zero round to a float32 that is.
      return {
        ...plain(8, (view, at) => magnitudeOf(view.getFloat64(at, true))),
        countZeros: (chunk, _, count) => {
          const view = viewOf(chunk);
          return countWhere(count, (i) => view.getFloat64(8 * i, true) === 0);
        },
      };
    default:
      return undefined;
  }
}

function plain(bytes: number, magnitude: (view: DataView, at: number) => number): ElementFormat {
  return {
    rank: (chunk, _, count, into) => {
      const view = viewOf(chunk);
      for (let i = 0; i < count; i += 1) into[i] = magnitude(view, i * bytes);
    },
    clear: (chunk, first, count, words) => {
      for (let i = 0; i < count; i += 1) {
        if (isDropped(words, first + i)) chunk.fill(0, i * bytes, (i + 1) * bytes);
      }
    },
    countZeros: (chunk, _, count) => {
      const view = viewOf(chunk);
      return countWhere(count, (i) => magnitude(view, i * bytes) === 0);
    },
  };
}

function quantised(
  type: DataType,
  { zeroPoints, scales, parameterOf }: Quantisation,
): ElementFormat | undefined {
  const access = accessOf(type);
  if (access === undefined) return undefined;
  const zeroPoint = (i: number): number => zeroPoints[zeroPoints.length === 1 ? 0 : parameterOf(i)]!;
  const scale = (i: number): number => scales[scales.length === 1 ? 0 : parameterOf(i)]!;
  return {
    rank: (chunk, first, count, into) => {
      const view = viewOf(chunk);
      for (let i = 0; i < count; i += 1) {
        const distance = access.get(view, i) - zeroPoint(first + i);
        into[i] = magnitudeOf(distance * scale(first + i));
      }
    },
    clear: (chunk, first, count, words) => {
      const view = viewOf(chunk);
      for (let i = 0; i < count; i += 1) {
        if (isDropped(words, first + i)) access.set(view, i, zeroPoint(first + i));
      }
    },
    countZeros: (chunk, first, count) => {
      const view = viewOf(chunk);
      return countWhere(count, (i) => access.get(view, i) === zeroPoint(first + i));
    },
  };
}

interface Access {
  readonly get: (view: DataView, i: number) => number;
  readonly set: (view: DataView, i: number, value: number) => void;
}

/** Reads and writes integers by their number. Half-bytes lie two in a byte, the first one low. */
export function accessOf(type: DataType): Access | undefined {
  switch (type) {
    case 'int8':
      return { get: (view, i) => view.getInt8(i), set: (view, i, value) => view.setInt8(i, value) };
    case 'uint8':
      return { get: (view, i) => view.getUint8(i), set: (view, i, value) => view.setUint8(i, value) };
    case 'int16':
      return {
        get: (view, i) => view.getInt16(2 * i, true),
        set: (view, i, value) => view.setInt16(2 * i, value, true),
      };
    case 'uint16':
      return {
        get: (view, i) => view.getUint16(2 * i, true),
        set: (view, i, value) => view.setUint16(2 * i, value, true),
      };
    case 'uint4':
      return { get: halfByte, set: setHalfByte };
    case 'int4':
      return { get: (view, i) => (halfByte(view, i) << 28) >> 28, set: setHalfByte };
    default:
      return undefined;
  }
}

function halfByte(view: DataView, i: number): number {
  return (view.getUint8(i >> 1) >> (4 * (i & 1))) & 0xf;
}

function setHalfByte(view: DataView, i: number, value: number): void {
  const shift = 4 * (i & 1);
  view.setUint8(i >> 1, (view.getUint8(i >> 1) & ~(0xf << shift)) | ((value & 0xf) << shift));
}

function isDropped(words: Int32Array, i: number): boolean {
  return ((words[i >>> 5]! >>> (i & 31)) & 1) === 0;
}

function viewOf(chunk: Uint8Array): DataView {
  return new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength);
}

function countWhere(count: number, holds: (i: number) => boolean): number {
  let found = 0;
  for (let i = 0; i < count; i += 1) if (holds(i)) found += 1;
  return found;
}

let table: Int32Array | undefined;

/** The float32 magnitude of each magnitude of binary16; NaN keeps its payload. */
function halfMagnitudes(): Int32Array {
  table ??= Int32Array.from({ length: 0x8000 }, (_, half) =>
    half > 0x7c00 ? 0x7f800000 | ((half & 0x3ff) << 13) : magnitudeOf(floatOfHalf(half)),
  );
  return table;
}
