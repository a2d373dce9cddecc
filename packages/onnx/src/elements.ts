import type { TensorView } from './model-view.js';
import { fixedBytes } from './read-tensor.js';
import { badModel, endOfVarint, lowVarint, type Span } from './wire.js';

/** Bytes of the smallest unit that is read and written: half-byte elements come in pairs. */
export function unitBytes({ type }: TensorView): number {
  return Math.max(1, type.bits / 8);
}

/**
 * The elements of a tensor as `raw_data` would hold them: a view where it does, a copy where they are in a typed
 * field.
 */
export function elementsOf(bytes: Uint8Array, tensor: TensorView): Uint8Array {
  const { storage } = tensor;
  switch (storage.kind) {
    case 'raw':
      return bytes.subarray(storage.span.start, storage.span.end);
    case 'none':
      return new Uint8Array(0);
    case 'external':
      throw badModel(tensor.place, 'its elements in another file');
    case 'typed': {
      const unit = unitBytes(tensor);
      const units: Uint8Array = new Uint8Array(Math.ceil((tensor.elements * tensor.type.bits) / 8));
      forEachTyped(bytes, tensor, ({ start, end }, i) => {
        if (fixedBytes(tensor.type.typedField) !== undefined) units.set(bytes.subarray(start, end), i * unit);
        else writeUnit(units, i * unit, unit, lowVarint(bytes, start, end));
      });
      return units;
    }
  }
}

/**
 * Writes elements into a model where they differ from what is there. Lengths stay: a varint that gets shorter is
 * filled up, as the wire format allows.
 *
 * @throws RangeError when a value needs a longer varint than is there; see {@link fitsInPlace}
 */
export function writeElements(bytes: Uint8Array, tensor: TensorView, elements: Uint8Array): void {
  const { storage } = tensor;
  if (storage.kind === 'raw') bytes.set(elements, storage.span.start);
  if (storage.kind !== 'typed') return;
  const unit = unitBytes(tensor);
  forEachTyped(bytes, tensor, ({ start, end }, i) => {
    const from = i * unit;
    if (fixedBytes(tensor.type.typedField) !== undefined) {
      bytes.set(elements.subarray(from, from + unit), start);
      return;
    }
    const stored = lowVarint(bytes, start, end);
    const value = readUnit(elements, from, tensor);
    // What does not change stays as it is, also where it was written in an unusual way.
    if (sameUnit(stored, value, unit)) return;
    writeVarint(bytes, start, end, value);
  });
}

/** Whether every element has room for `value` where it is; `raw_data` and fixed-size numbers always have. */
export function fitsInPlace(bytes: Uint8Array, tensor: TensorView, values: readonly number[]): boolean {
  if (tensor.storage.kind !== 'typed' || fixedBytes(tensor.type.typedField) !== undefined) return true;
  const needed = values.reduce(
    (most, value) => Math.max(most, varintBytes(BigInt.asUintN(64, BigInt(value)))),
    1,
  );
  let fits = true;
  forEachTyped(bytes, tensor, ({ start, end }) => {
    if (end - start < needed) fits = false;
  });
  return fits;
}

/** Calls with where each value of a typed field lies, one after the other. */
function forEachTyped(
  bytes: Uint8Array,
  tensor: TensorView,
  visit: (span: Span, index: number) => void,
): void {
  if (tensor.storage.kind !== 'typed') return;
  const fixed = fixedBytes(tensor.type.typedField);
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

function varintBytes(value: bigint): number {
  let bytes = 1;
  for (let rest = value >> 7n; rest > 0n; rest >>= 7n) bytes += 1;
  return bytes;
}

/** Negative numbers take ten bytes, as all integers of protocol buffers do. */
function writeVarint(bytes: Uint8Array, start: number, end: number, value: number): void {
  let rest = BigInt.asUintN(64, BigInt(value));
  if (varintBytes(rest) > end - start) {
    throw new RangeError(`${value} needs more than the ${end - start} bytes at byte ${start}`);
  }
  for (let i = start; i < end; i += 1, rest >>= 7n) {
    bytes[i] = Number(rest & 0x7fn) | (i === end - 1 ? 0 : 0x80);
  }
}
