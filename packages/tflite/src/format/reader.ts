import { quote } from '@synaprune/core/checks';
import { ByteBuffer } from 'flatbuffers';
import { badModel } from './bad-model.js';
import { type NumberKind, SIZES } from './schema/field.js';

/** A number as a file has it. */
export type FileNumber = number | bigint;

/** Numbers one behind the other; `uint8` lie in the file's own bytes. */
export type FileNumbers =
  | Int8Array
  | Uint8Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array
  | Float32Array;

/** Where a table's fields are: from the start of the file, by their numbers; 0 for one that is not there. */
export interface TablePlace {
  readonly at: number;
  readonly fields: readonly number[];
}

/** Reads a flatbuffer, nothing outside of it, and no more than a multiple of its length. */
export interface Reader {
  number(kind: NumberKind, at: number): FileNumber;
  /** Where a field refers to. */
  follow(at: number, what: string): number;
  table(at: number, what: string): TablePlace;
  /** How many elements a vector has, which begin 4 bytes behind `at`. */
  count(at: number, bytesPerElement: number, what: string): number;
  numbers(kind: NumberKind, at: number, what: string): FileNumbers;
  text(at: number, what: string): string;
  /** Parts of the file that hold structure, as it was read: `[from, to)`. Data is none. */
  readonly structure: readonly (readonly [number, number])[];
}

/** Times its own length that a file may be read: tables may share what they refer to, and hostile ones share much. */
const MOST_READINGS = 4;
/** What a table counts for at least, however short: in memory it is longer. */
const LEAST_TABLE = 32;
/** Bytes that may be read of any file. */
const LEAST_READ = 65_536;

/** @param bytes the whole file */
export function createReader(bytes: Uint8Array): Reader {
  const buffer = new ByteBuffer(bytes);
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const vectors = new Map<number, Uint8Array>();
  const fieldLists = new Set<number>();
  const structure: (readonly [number, number])[] = [];
  let left = MOST_READINGS * bytes.length + LEAST_READ;

  const need = (at: number, length: number, what: string): void => {
    if (at >= 0 && length >= 0 && at + length <= bytes.length) return;
    throw badModel(`${what} needs ${length} bytes from byte ${at}, and the file has ${bytes.length}`);
  };
  const spend = (from: number, to: number, what: string, least = 0): void => {
    left -= Math.max(least, to - from);
    if (left < 0) {
      throw badModel(`${what} is referred to so often that reading it takes ${MOST_READINGS} files' length`);
    }
    structure.push([from, to]);
  };
  const number = (kind: NumberKind, at: number): FileNumber => {
    need(at, SIZES[kind], `a number (${kind})`);
    return READ[kind](buffer, at);
  };
  const count = (at: number, bytesPerElement: number, what: string): number => {
    need(at, 4, what);
    const elements = buffer.readUint32(at);
    need(at + 4, elements * bytesPerElement, `${what} of ${elements} elements`);
    return elements;
  };
  return {
    number,
    count,
    structure,
    follow: (at, what) => {
      need(at, 4, what);
      const step = buffer.readUint32(at);
      if (step === 0) throw badModel(`${what} refers to itself, at byte ${at}`);
      return at + step;
    },
    table: (at, what) => {
      need(at, 4, what);
      const names = at - buffer.readInt32(at);
      need(names, 4, `the list of fields of ${what}`);
      const length = buffer.readUint16(names);
      const size = buffer.readUint16(names + 2);
      if (length < 4 || length % 2 !== 0 || size < 4) {
        throw badModel(`${what} needs a list of fields of 4 bytes or more, got ${length} for ${size}`);
      }
      need(names, length, `the list of fields of ${what}`);
      need(at, size, what);
      spend(at, at + size, what, LEAST_TABLE);
      // Tables with the same fields share their list.
      if (!fieldLists.has(names)) spend(names, names + length, what);
      fieldLists.add(names);
      const fields: number[] = [];
      for (let i = 4; i < length; i += 2) {
        const offset = buffer.readUint16(names + i);
        if (offset !== 0 && (offset < 4 || offset >= size)) {
          throw badModel(`${what} has ${size} bytes and a field at byte ${offset}`);
        }
        fields.push(offset === 0 ? 0 : at + offset);
      }
      return { at, fields };
    },
    numbers: (kind, at, what) => {
      const size = SIZES[kind];
      const elements = count(at, size, what);
      const known = kind === 'uint8' ? vectors.get(at) : undefined;
      if (known !== undefined) return known;
      if (kind === 'uint8') {
        const made = bytes.subarray(at + 4, at + 4 + elements);
        vectors.set(at, made);
        return made;
      }
      spend(at, at + 4 + elements * size, what);
      return VECTORS[kind](Uint8Array.from(bytes.subarray(at + 4, at + 4 + elements * size)).buffer);
    },
    text: (at, what) => {
      const length = count(at, 1, what);
      spend(at, at + 4 + length, what);
      try {
        return decoder.decode(bytes.subarray(at + 4, at + 4 + length));
      } catch {
        throw badModel(`${what} needs to be UTF-8, got ${quote(latin(bytes.subarray(at + 4, at + 24)))}`);
      }
    },
  };
}

function latin(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}

const READ: Readonly<Record<NumberKind, (buffer: ByteBuffer, at: number) => FileNumber>> = {
  bool: (buffer, at) => buffer.readInt8(at),
  int8: (buffer, at) => buffer.readInt8(at),
  uint8: (buffer, at) => buffer.readUint8(at),
  uint16: (buffer, at) => buffer.readUint16(at),
  int32: (buffer, at) => buffer.readInt32(at),
  uint32: (buffer, at) => buffer.readUint32(at),
  int64: (buffer, at) => buffer.readInt64(at),
  uint64: (buffer, at) => buffer.readUint64(at),
  float32: (buffer, at) => buffer.readFloat32(at),
};

/** The file need not have numbers where a typed array could: they are copied. */
const VECTORS: Readonly<Record<Exclude<NumberKind, 'uint8'>, (own: ArrayBuffer) => FileNumbers>> = {
  bool: (own) => new Int8Array(own),
  int8: (own) => new Int8Array(own),
  uint16: (own) => new Uint16Array(own),
  int32: (own) => new Int32Array(own),
  uint32: (own) => new Uint32Array(own),
  int64: (own) => new BigInt64Array(own),
  uint64: (own) => new BigUint64Array(own),
  float32: (own) => new Float32Array(own),
};
