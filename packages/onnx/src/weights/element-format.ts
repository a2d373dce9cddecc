import { magnitudeOf } from '@synaprune/core';
import { floatOfHalf } from '@synaprune/core/numbers';
import { codecOf } from '../elements/codec.js';
import { type DataType, isQuantised } from '../elements/element-type.js';
import { float32Format } from './float32-format.js';
import type { ElementFormat } from './format.js';
import type { Quantisation } from './quantisation.js';

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
    clear: (chunk, first, count, bits) => {
      for (let i = 0; i < count; i += 1) {
        if (isDropped(bits, first + i)) chunk.fill(0, i * bytes, (i + 1) * bytes);
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
  const codec = isQuantised(type) ? codecOf(type) : undefined;
  if (codec === undefined) return undefined;
  const zeroPoint = (i: number): number => zeroPoints[zeroPoints.length === 1 ? 0 : parameterOf(i)]!;
  const scale = (i: number): number => scales[scales.length === 1 ? 0 : parameterOf(i)]!;
  return {
    rank: (chunk, first, count, into) => {
      const view = viewOf(chunk);
      for (let i = 0; i < count; i += 1) {
        const distance = (codec.read(view, i) as number) - zeroPoint(first + i);
        into[i] = magnitudeOf(distance * scale(first + i));
      }
    },
    clear: (chunk, first, count, bits) => {
      const view = viewOf(chunk);
      for (let i = 0; i < count; i += 1) {
        if (isDropped(bits, first + i)) codec.write(view, i, zeroPoint(first + i));
      }
    },
    countZeros: (chunk, first, count) => {
      const view = viewOf(chunk);
      return countWhere(count, (i) => (codec.read(view, i) as number) === zeroPoint(first + i));
    },
  };
}

function isDropped(bits: Uint8Array, i: number): boolean {
  return ((bits[i >>> 3]! >>> (i & 7)) & 1) === 0;
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
