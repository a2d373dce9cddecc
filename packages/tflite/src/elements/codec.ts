import { floatOfHalf } from '@synaprune/core/numbers';
import type { DataType } from '../model/element-type.js';

/** How the numbers of a type lie in bytes. */
export interface Codec {
  readonly read: (view: DataView, index: number) => number;
  /** Of floats only zero. */
  readonly write: (view: DataView, index: number, value: number) => void;
  /** The least and the most of whole numbers; `undefined` for floats. */
  readonly range?: readonly [least: number, most: number];
}

const scratch = new DataView(new ArrayBuffer(4));

const floatOfBfloat = (bits: number): number => {
  scratch.setUint32(0, bits << 16);
  return scratch.getFloat32(0);
};

/** Two elements a byte, the first one low. */
const halfByte = (numberOf: (bits: number) => number, range: readonly [number, number]): Codec => ({
  read: (view, i) => numberOf((view.getUint8(i >> 1) >> (4 * (i & 1))) & 0xf),
  write: (view, i, value) => {
    const shift = 4 * (i & 1);
    view.setUint8(i >> 1, (view.getUint8(i >> 1) & ~(0xf << shift)) | ((value & 0xf) << shift));
  },
  range,
});

const CODECS: Partial<Record<DataType, Codec>> = {
  float32: {
    read: (view, i) => view.getFloat32(4 * i, true),
    write: (view, i, value) => view.setFloat32(4 * i, value, true),
  },
  float16: {
    read: (view, i) => floatOfHalf(view.getUint16(2 * i, true)),
    write: (view, i) => view.setUint16(2 * i, 0),
  },
  bfloat16: {
    read: (view, i) => floatOfBfloat(view.getUint16(2 * i, true)),
    write: (view, i) => view.setUint16(2 * i, 0),
  },
  int8: {
    read: (view, i) => view.getInt8(i),
    write: (view, i, value) => view.setInt8(i, value),
    range: [-128, 127],
  },
  uint8: {
    read: (view, i) => view.getUint8(i),
    write: (view, i, value) => view.setUint8(i, value),
    range: [0, 255],
  },
  int16: {
    read: (view, i) => view.getInt16(2 * i, true),
    write: (view, i, value) => view.setInt16(2 * i, value, true),
    range: [-32_768, 32_767],
  },
  int4: halfByte((bits) => (bits << 28) >> 28, [-8, 7]),
  uint4: halfByte((bits) => bits, [0, 15]),
};

/** How a type lies in bytes; `undefined` for types whose numbers nothing looks at. */
export function codecOf(type: DataType): Codec | undefined {
  return CODECS[type];
}

/** A view of a tensor's data. */
export function viewOf(data: Uint8Array): DataView {
  return new DataView(data.buffer, data.byteOffset, data.byteLength);
}
