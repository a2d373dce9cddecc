import { floatOfHalf } from '@synaprune/core/numbers';
import type { Element } from './element.js';
import type { DataType } from './element-type.js';
import { bitsOfBfloat, bitsOfHalf, floatOfBfloat } from './narrow-floats.js';

/** How the elements of a type lie in bytes, as `raw_data` has them, and in the typed fields of a message. */
export interface ElementCodec {
  /** The element of an index, from where the view begins. Half-bytes lie two in a byte, the first one low. */
  readonly read: (view: DataView, index: number) => Element;
  readonly write: (view: DataView, index: number, element: Element) => void;
  /** An element from what a typed field holds of it. */
  readonly stored: (value: number | bigint) => Element;
}

/** A type whose elements a DataView reads and writes under the name of `kind`. */
const plain = (
  kind: 'Float32' | 'Float64' | 'Int8' | 'Uint8' | 'Int16' | 'Uint16' | 'Int32' | 'Uint32',
  bytes: number,
): ElementCodec => ({
  read: (view, index) => view[`get${kind}`](bytes * index, true),
  write: (view, index, element) => view[`set${kind}`](bytes * index, Number(element), true),
  stored: Number,
});

/** A float of 16 bits. */
const narrow = (numberOf: (bits: number) => number, bitsOf: (value: number) => number): ElementCodec => ({
  read: (view, index) => numberOf(view.getUint16(2 * index, true)),
  write: (view, index, element) => view.setUint16(2 * index, bitsOf(Number(element)), true),
  stored: (bits) => numberOf(Number(bits)),
});

const wide = (kind: 'BigInt64' | 'BigUint64'): ElementCodec => ({
  read: (view, index) => view[`get${kind}`](8 * index, true),
  write: (view, index, element) => view[`set${kind}`](8 * index, BigInt(element), true),
  stored: BigInt,
});

const halfByte = (numberOf: (bits: number) => number): ElementCodec => ({
  read: (view, index) => numberOf((view.getUint8(index >> 1) >> (4 * (index & 1))) & 0xf),
  write: (view, index, element) => {
    const shift = 4 * (index & 1);
    const others = view.getUint8(index >> 1) & ~(0xf << shift);
    view.setUint8(index >> 1, others | ((Number(element) & 0xf) << shift));
  },
  stored: (bits) => numberOf(Number(bits) & 0xf),
});

const codecs: Partial<Record<DataType, ElementCodec>> = {
  float32: plain('Float32', 4),
  float64: plain('Float64', 8),
  float16: narrow(floatOfHalf, bitsOfHalf),
  bfloat16: narrow(floatOfBfloat, bitsOfBfloat),
  int8: plain('Int8', 1),
  uint8: plain('Uint8', 1),
  int16: plain('Int16', 2),
  uint16: plain('Uint16', 2),
  int32: plain('Int32', 4),
  uint32: plain('Uint32', 4),
  int64: wide('BigInt64'),
  uint64: wide('BigUint64'),
  bool: {
    ...plain('Uint8', 1),
    read: (view, index) => Math.sign(view.getUint8(index)),
    stored: (value) => (Number(value) === 0 ? 0 : 1),
  },
  uint4: halfByte((bits) => bits),
  int4: halfByte((bits) => (bits << 28) >> 28),
};

/** How a type lies in bytes; undefined for types whose elements nothing looks at. */
export function codecOf(type: DataType): ElementCodec | undefined {
  return codecs[type];
}
