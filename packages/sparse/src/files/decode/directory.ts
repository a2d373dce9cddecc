import { corrupt } from './fail.js';
import { elementWidth, HALVES, LARGEST_GROUP, planesOf, SCALED } from './format.js';

/** A part of a tensor, and the bytes of the result in front of it that belong to none. */
export interface Piece {
  readonly elements: number;
  readonly coding: number;
  /** Elements that are not zero. */
  readonly kept: number;
  /** Parameter of the Rice code of the gaps between them. */
  readonly rice: number;
  /** Entries of the table. */
  readonly entries: number;
  /** Of values with a scale for each index of an axis: elements of one, and where the piece starts. */
  readonly inner: number;
  readonly start: number;
  /** Lengths of what the file has of it, plain: the gap, the mask, the table, the planes. */
  readonly streams: readonly number[];
  /** Which of these are deflated, a bit each. */
  readonly deflated: number;
}

/** Pieces whose deflated streams are one: that one, then the plain ones, then a checksum. */
export interface Group {
  /** Bytes of what is deflated, before and after; and of what is plain. */
  readonly packed: number;
  readonly inflated: number;
  readonly plain: number;
  readonly pieces: readonly Piece[];
}

/** What a file says of itself. */
export interface Directory {
  readonly head: { readonly kind?: unknown } | null;
  /** Lengths of the buffers of the result, which the groups fill one behind the other. */
  readonly sizes: readonly number[];
  readonly groups: readonly Group[];
  /** Bytes of the groups. */
  readonly bytes: number;
}

/** Reads a directory, which has to be right in itself. @throws `corrupt-file` */
export function readDirectory(bytes: Uint8Array): Directory {
  let at = 0;
  let [total, result] = [0, 0];
  const number = (most: number, least = 0): number => {
    let value = 0;
    let byte = 128;
    for (let unit = 1; byte > 127 && value <= most; unit *= 128) {
      byte = bytes[at]!;
      value += (byte & 127) * unit;
      at += 1;
    }
    if (at > bytes.length || value < least || value > most) throw corrupt('a directory of numbers that fit');
    return value;
  };
  const list = <Value>(read: () => Value): Value[] => Array.from({ length: number(bytes.length) }, read);
  const readPiece = (): Piece => {
    const streams = [number(LARGEST_GROUP)];
    const elements = number(LARGEST_GROUP);
    let [coding, kept, rice, entries, inner, start, deflated] = [0, 0, 0, 0, 1, 0, 1];
    if (elements > 0) {
      coding = number(10);
      kept = number(elements);
      const masked = kept % elements > 0;
      if (masked) rice = number(22);
      streams.push(masked ? number((elements + 7) >> 3) : 0);
      if (coding > HALVES) entries = number(LARGEST_GROUP >> 2, 1);
      if (coding === SCALED) {
        inner = number(2 ** 31, 1);
        start = number(entries * inner - 1);
      }
      streams.push(4 * entries);
      for (let i = planesOf(coding); i > 0; i -= 1) streams.push(kept);
      deflated += 2 * number(2 ** (streams.length - 1) - 1);
    }
    return { elements, coding, kept, rice, entries, inner, start, streams, deflated };
  };
  const readGroup = (): Group => {
    const packed = number(2 * LARGEST_GROUP);
    const pieces = list(readPiece);
    let [inflated, plain, size] = [0, 0, 0];
    for (const { streams, deflated, elements, coding } of pieces) {
      streams.forEach((length, i) => {
        if ((deflated >> i) & 1) inflated += length;
        else plain += length;
      });
      size += streams[0]! + elements * elementWidth(coding);
    }
    if (size > LARGEST_GROUP) throw corrupt(`groups of ${LARGEST_GROUP} bytes or less, got ${size}`);
    total += packed + plain + 4;
    result += size;
    return { packed, inflated, plain, pieces };
  };
  const length = number(bytes.length);
  at += length;
  const text = bytes.subarray(at - length, at);
  const sizes = list(() => number(2 ** 52));
  const groups = list(readGroup);
  if (at !== bytes.length || result !== sumOf(sizes)) throw corrupt('a directory that fits what it says');
  try {
    return { head: JSON.parse(new TextDecoder().decode(text)), sizes, groups, bytes: total };
  } catch (error) {
    throw corrupt('a head of JSON, got none', error);
  }
}

export function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
