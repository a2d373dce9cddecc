import type { Edit } from '../bytes/splice.js';
import { badModel, endOfVarint, lowVarint, type Span } from '../bytes/wire.js';
import type { TensorView } from './model-view.js';
import { fixedBytes } from './view-tensor.js';

/** Bytes of the smallest unit that is read and written: half-byte elements come in pairs. */
export function unitBytes({ type }: TensorView): number {
  return Math.max(1, type.bits / 8);
}

/** Whether the elements lie in a file that was not given. */
export function isOutOfReach({ storage }: TensorView): boolean {
  return storage.kind === 'external' && storage.data === undefined;
}

/**
 * The elements of a tensor as `raw_data` would hold them: a view where it does, a copy where they are in a typed
 * field.
 */
export function elementBytes(bytes: Uint8Array, tensor: TensorView): Uint8Array {
  const { storage } = tensor;
  switch (storage.kind) {
    case 'raw':
      return bytes.subarray(storage.span.start, storage.span.end);
    case 'none':
      return new Uint8Array(0);
    case 'external': {
      const { data } = storage;
      if (data === undefined) throw badModel(tensor.place, 'its elements in another file');
      return data.file.read(data.offset, data.bytes);
    }
    case 'typed': {
      const unit = unitBytes(tensor);
      const units: Uint8Array = new Uint8Array(Math.ceil((tensor.elements * tensor.type.bits) / 8));
      forEachTyped(bytes, tensor, ({ start, end }, i) => {
        if (fixedBytes(tensor.type.field) !== undefined) units.set(bytes.subarray(start, end), i * unit);
        else writeUnit(units, i * unit, unit, lowVarint(bytes, start, end));
      });
      return units;
    }
  }
}

/**
 * Writes elements into a model where they differ from what is there. Lengths stay: a varint that gets shorter is
 * filled up, as the wire format allows. Where one would have to get longer, nothing is written, and the fields are
 * given back in their new form, for {@link splice}.
 */
export function writeElementBytes(bytes: Uint8Array, tensor: TensorView, elements: Uint8Array): Edit[] {
  const { storage, type } = tensor;
  if (storage.kind === 'raw') bytes.set(elements, storage.span.start);
  if (storage.kind !== 'typed') return [];
  const unit = unitBytes(tensor);
  if (fixedBytes(type.field) !== undefined) {
    forEachTyped(bytes, tensor, ({ start }, i) => {
      bytes.set(elements.subarray(i * unit, (i + 1) * unit), start);
    });
    return [];
  }
  /** What is to be written at a place, or nothing where it stays: also if it was written in an unusual way. */
  const changeAt = ({ start, end }: Span, i: number): number | undefined => {
    const value = readUnit(elements, i * unit, tensor);
    return sameUnit(lowVarint(bytes, start, end), value, unit) ? undefined : value;
  };
  let fits = true;
  forEachTyped(bytes, tensor, (at, i) => {
    const value = changeAt(at, i);
    if (value !== undefined && varintBytes(value) > at.end - at.start) fits = false;
  });
  if (!fits) return lengthened(bytes, tensor, changeAt);
  forEachTyped(bytes, tensor, (at, i) => {
    const value = changeAt(at, i);
    if (value !== undefined) writeVarint(bytes, at, value);
  });
  return [];
}

/** The fields of a tensor with some of their varints replaced by the shortest that hold other values. */
function lengthened(
  bytes: Uint8Array,
  tensor: TensorView,
  changeAt: (at: Span, i: number) => number | undefined,
): Edit[] {
  if (tensor.storage.kind !== 'typed') return [];
  const { spans } = tensor.storage;
  const fields = spans.map((): number[] => []);
  let field = 0;
  forEachTyped(bytes, tensor, (at, i) => {
    while (at.end > spans[field]!.end) field += 1;
    const value = changeAt(at, i);
    const varint =
      value === undefined ? bytes.subarray(at.start, at.end) : new Uint8Array(varintBytes(value));
    if (value !== undefined) writeVarint(varint, { start: 0, end: varint.length }, value);
    for (const byte of varint) fields[field]!.push(byte);
  });
  return spans.map(({ start, end }, i) => ({ start, end, bytes: Uint8Array.from(fields[i]!) }));
}

/** Calls with where each value of a typed field lies, one after the other. */
function forEachTyped(
  bytes: Uint8Array,
  tensor: TensorView,
  visit: (span: Span, index: number) => void,
): void {
  if (tensor.storage.kind !== 'typed') return;
  const fixed = fixedBytes(tensor.type.field);
  let index = 0;
  for (const { start, end } of tensor.storage.spans) {
    for (let at = start; at < end; index += 1) {
      const next = fixed === undefined ? endOfVarint(bytes, at, end, tensor.place) : at + fixed;
      visit({ start: at, end: next }, index);
      at = next;
    }
  }
}

function sameUnit(left: number, right: number, unit: number): boolean {
  const bits = unit * 8;
  return bits >= 32 ? left === right : ((left ^ right) & ((1 << bits) - 1)) === 0;
}

function readUnit(units: Uint8Array, at: number, { type }: TensorView): number {
  const view = new DataView(units.buffer, units.byteOffset + at);
  if (type.bits === 16) return type.name === 'int16' ? view.getInt16(0, true) : view.getUint16(0, true);
  if (type.bits <= 8) return type.name === 'int8' ? view.getInt8(0) : view.getUint8(0);
  return view.getInt32(0, true);
}

function writeUnit(units: Uint8Array, at: number, unit: number, value: number): void {
  for (let i = 0; i < Math.min(unit, 4); i += 1) units[at + i] = (value >>> (8 * i)) & 0xff;
}

/** Bytes of the shortest varint. Negative numbers take ten. */
function varintBytes(value: number): number {
  if (value < 0) return 10;
  let bytes = 1;
  for (let rest = value >>> 7; rest > 0; rest >>>= 7) bytes += 1;
  return bytes;
}

/** Fills all of a varint's place. */
function writeVarint(bytes: Uint8Array, { start, end }: Span, value: number): void {
  let rest = BigInt.asUintN(64, BigInt(value));
  for (let i = start; i < end; i += 1, rest >>= 7n) {
    bytes[i] = Number(rest & 0x7fn) | (i === end - 1 ? 0 : 0x80);
  }
}
