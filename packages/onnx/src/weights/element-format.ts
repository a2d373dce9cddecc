import { magnitudeOf } from '@synaprune/core';
import { codecOf } from '../elements/codec.js';
import { type DataType, isQuantised } from '../elements/element-type.js';
import { codeBookOf } from './code-book.js';
import { countEqual, countFloatZeros } from './count-equal.js';
import type { ComputedElements, ElementFormat } from './format.js';
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
      return littleEndian
        ? {
            elements: { kind: 'float32' },
            countZeros: (chunk, _, count) => countFloatZeros(chunk, count),
          }
        : floats(4, (view, at) => view.getFloat32(at, true));
    case 'bfloat16':
    case 'float16':
      return {
        elements: { kind: type },
        countZeros: (chunk, _, count) => countEqual(chunk.subarray(0, 2 * count), 16, 0, 0x7fff),
      };
    case 'float64':
      return floats(8, (view, at) => view.getFloat64(at, true));
    default:
      return undefined;
  }
}

/** Whether this machine stores numbers as ONNX files do; nearly all do. */
const littleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** Floats, ranked by the nearest float32. Zeros are told by the value itself: a float64 that is none may round to one. */
function floats(bytes: number, read: (view: DataView, at: number) => number): ElementFormat {
  return {
    elements: {
      kind: 'computed',
      rank: (chunk, _, count, into) => {
        const view = viewOf(chunk);
        for (let i = 0; i < count; i += 1) into[i] = magnitudeOf(read(view, i * bytes));
      },
      clear: (chunk, _, count, bits) => {
        for (let i = 0; i < count; i += 1) {
          if (isDropped(bits, i)) chunk.fill(0, i * bytes, (i + 1) * bytes);
        }
      },
    },
    countZeros: (chunk, _, count) => {
      const view = viewOf(chunk);
      return countWhere(count, (i) => read(view, i * bytes) === 0);
    },
  };
}

function quantised(type: DataType, quantisation: Quantisation): ElementFormat | undefined {
  const computed = computedIntegers(type, quantisation);
  if (computed === undefined) return undefined;
  const book = codeBookOf(type, quantisation);
  if (book === undefined)
    return { elements: { kind: 'computed', ...computed }, countZeros: computed.countZeros };
  // Of scales so small that everything ranks as zero, only the zero point is one.
  const { bits, zeros } = book;
  const [zero] = zeros;
  return {
    elements: { kind: 'codes', codes: book },
    countZeros: zeros.every((each) => each === zero)
      ? (chunk, _, count) => countEqual(chunk.subarray(0, (count * bits) / 8), bits, zero!, 2 ** bits - 1)
      : computed.countZeros,
  };
}

/** Quantised integers, one by one: of four bits too, and with as many parameters as there are. */
export function computedIntegers(
  type: DataType,
  quantisation: Quantisation,
): (ComputedElements & Pick<ElementFormat, 'countZeros'>) | undefined {
  const codec = isQuantised(type) ? codecOf(type) : undefined;
  if (codec === undefined) return undefined;
  const { zeroPoints, parameterOf } = quantisation;
  const zeroPoint = (i: number): number => zeroPoints[zeroPoints.length === 1 ? 0 : parameterOf(i)]!;
  return {
    rank: (chunk, first, count, into) => {
      const view = viewOf(chunk);
      const { scales } = quantisation;
      for (let i = 0; i < count; i += 1) {
        const distance = (codec.read(view, i) as number) - zeroPoint(first + i);
        into[i] = magnitudeOf(distance * scales[scales.length === 1 ? 0 : parameterOf(first + i)]!);
      }
    },
    clear: (chunk, first, count, bits) => {
      const view = viewOf(chunk);
      for (let i = 0; i < count; i += 1) {
        if (isDropped(bits, i)) codec.write(view, i, zeroPoint(first + i));
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
