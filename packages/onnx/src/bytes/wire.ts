import { PruneError } from '@synaprune/core';
import { legible } from '@synaprune/core/checks';

/*
 * The wire format of protocol buffers, read where it lies: every length is checked against the end of what
 * holds it, and nothing is allocated for what a file merely claims.
 */

/** A range of bytes, `end` exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** How a field's value is written: as a varint, in 8 bytes, behind a length, in 4 bytes. */
export type WireType = 0 | 1 | 2 | 5;

/** What is called with each field: its number, how it is written, and where its value lies. */
export type FieldVisitor = (field: number, wire: WireType, start: number, end: number) => void;

/**
 * Visits the fields of the message in `span`, in their order.
 *
 * @param place what the message is, for errors
 * @throws PruneError `bad-model`
 */
export function forEachField(bytes: Uint8Array, span: Span, place: string, visit: FieldVisitor): void {
  const { end } = span;
  let at = span.start;
  while (at < end) {
    const tagEnd = endOfVarint(bytes, at, end, place);
    const tag = smallVarint(bytes, at, tagEnd, place);
    const field = Math.floor(tag / 8);
    const wire = tag % 8;
    if (field === 0 || tag >= 2 ** 32) throw badModel(place, `field ${field} at byte ${at}, which is none`);
    let start = tagEnd;
    let next: number;
    switch (wire) {
      case 0:
        next = endOfVarint(bytes, start, end, place);
        break;
      case 1:
        next = start + 8;
        break;
      case 2: {
        const lengthEnd = endOfVarint(bytes, start, end, place);
        const length = smallVarint(bytes, start, lengthEnd, place);
        start = lengthEnd;
        next = start + length;
        break;
      }
      case 5:
        next = start + 4;
        break;
      default:
        throw badModel(place, `wire type ${wire} at byte ${at}, which no ONNX file has`);
    }
    if (next > end) {
      throw badModel(
        place,
        `field ${field} at byte ${at} ends at byte ${next}, behind its message's end ${end}`,
      );
    }
    visit(field, wire as WireType, start, next);
    at = next;
  }
}

/** Where the varint at `at` ends. */
export function endOfVarint(bytes: Uint8Array, at: number, end: number, place: string): number {
  const limit = Math.min(end, at + 10);
  for (let i = at; i < limit; i += 1) if (bytes[i]! < 0x80) return i + 1;
  throw badModel(place, `a varint at byte ${at} that does not end within ${limit - at} bytes`);
}

/** A varint that counts or names something: below 2⁵³, or it is refused. */
export function smallVarint(bytes: Uint8Array, start: number, end: number, place: string): number {
  let value = 0;
  let unit = 1;
  for (let i = start; i < end; i += 1) {
    value += (bytes[i]! & 0x7f) * unit;
    unit *= 128;
  }
  if (value > Number.MAX_SAFE_INTEGER) {
    throw badModel(place, `a number at byte ${start} that is ${value} or more`);
  }
  return value;
}

/** A varint as the signed 64-bit integer that it stands for. */
export function signedVarint(bytes: Uint8Array, start: number, end: number): bigint {
  let value = 0n;
  for (let i = start, shift = 0n; i < end; i += 1, shift += 7n) {
    value |= BigInt(bytes[i]! & 0x7f) << shift;
  }
  return BigInt.asIntN(64, value);
}

/** The low 32 bits of a varint. */
export function lowVarint(bytes: Uint8Array, start: number, end: number): number {
  let value = 0;
  const last = Math.min(end, start + 5);
  for (let i = start, shift = 0; i < last; i += 1, shift += 7) value |= (bytes[i]! & 0x7f) << shift;
  return value;
}

/** Longest name that is read; writers' names have some hundred bytes. */
const LONGEST_NAME = 1 << 16;

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Text in UTF-8. */
export function readText(bytes: Uint8Array, start: number, end: number, place: string): string {
  if (start === end) return '';
  if (end - start > LONGEST_NAME) {
    throw badModel(place, `a name of ${end - start} bytes; the most is ${LONGEST_NAME}`);
  }
  try {
    // A decoder takes no view of shared memory.
    const part = bytes.buffer instanceof ArrayBuffer ? bytes.subarray(start, end) : bytes.slice(start, end);
    return decoder.decode(part);
  } catch (error) {
    throw badModel(place, `text at byte ${start} that is not UTF-8`, error);
  }
}

/** A `bad-model` error that names the place. */
export function badModel(place: string, got: string, cause?: unknown): PruneError {
  return new PruneError(
    'bad-model',
    `${showPlace(place)} has ${got}`,
    cause === undefined ? undefined : { cause },
  );
}

/** A place as a message shows it: names in a file may be long, and what is wrong with it has to be read too. */
export function showPlace(place: string): string {
  return legible(place, 200);
}
