import { Builder } from 'flatbuffers';
import { unsupported } from './bad-model.js';
import { type FieldValue, IDENTIFIER, type Table } from './decode.js';
import type { FileNumber, FileNumbers } from './reader.js';
import { type FieldKind, type NumberKind, SIZES } from './schema/field.js';
import { schema } from './schema/schema.js';

/** Most bytes of a file whose parts refer to each other. */
const MOST_BYTES = 2 ** 31 - 1;
/** What the data of a buffer is aligned to. */
const DATA_ALIGNMENT = 16;

/**
 * Writes a file of the tables of {@link decode}: only fields that are there, data of `uint8` aligned to 16 bytes, bytes
 * that are one array written once.
 *
 * @param root the `Model`
 * @throws PruneError `unsupported` when it would have 2 GiB or more
 */
export function encode(root: Table): Uint8Array<ArrayBuffer> {
  const size = sizeOf(root, new Set());
  if (size > MOST_BYTES) {
    throw unsupported(`a .tflite needs to be shorter than 2 GiB, and the model takes about ${size} bytes`);
  }
  const builder = new Builder(size);
  builder.forceDefaults(true);
  builder.finish(writeTable(builder, 'Model', root, new Map()), IDENTIFIER);
  // A copy: the builder's own array is longer.
  return Uint8Array.from(builder.asUint8Array());
}

/** About how many bytes a table takes: room enough for most files at once. */
function sizeOf(value: FieldValue | undefined, seen: Set<unknown>): number {
  if (typeof value === 'string') return 16 + 3 * value.length;
  if (typeof value !== 'object') return 8;
  if (seen.has(value)) return 8;
  if (ArrayBuffer.isView(value)) {
    seen.add(value);
    return 32 + value.byteLength;
  }
  const parts: readonly (FieldValue | undefined)[] = Array.isArray(value) ? value : Object.values(value);
  return parts.reduce<number>((sum, part) => sum + sizeOf(part, seen), 64);
}

/** Where bytes were written that are there already. */
type Written = Map<FieldValue, number>;

/** What is referred to is written before what refers to it. */
function writeTable(builder: Builder, name: string, table: Table, written: Written): number {
  const fields = schema.get(name) ?? [];
  const parts = fields.map(({ name: field, kind }) => {
    const value = table[field];
    const type = table[`${field}Type`] ?? 0;
    if (value === undefined || kind.is === 'number') return 0;
    return writePart(builder, kind, type, value, written);
  });
  builder.startObject(fields.length);
  for (const [i, { name: field, kind }] of fields.entries()) {
    const value = table[field];
    if (value === undefined) continue;
    if (kind.is === 'number') FIELDS[kind.of](builder, i, value as FileNumber);
    else builder.addFieldOffset(i, parts[i]!, 0);
  }
  return builder.endObject();
}

function writePart(
  builder: Builder,
  kind: FieldKind,
  type: FieldValue,
  value: FieldValue,
  written: Written,
): number {
  switch (kind.is) {
    case 'text':
      return builder.createString(value as string);
    case 'numbers': {
      const known = written.get(value);
      if (known !== undefined) return known;
      const made = writeNumbers(builder, kind.of, value as FileNumbers);
      written.set(value, made);
      return made;
    }
    case 'table':
      return writeTable(builder, kind.of, value as Table, written);
    case 'union':
      return writeTable(builder, kind.of[Number(type) - 1]!, value as Table, written);
    case 'tables': {
      const places = (value as readonly Table[]).map((each) => writeTable(builder, kind.of, each, written));
      builder.startVector(SIZES.reference, places.length, SIZES.reference);
      for (const place of places.toReversed()) builder.addOffset(place);
      return builder.endVector();
    }
    case 'number':
      return 0;
  }
}

function writeNumbers(builder: Builder, kind: NumberKind, values: FileNumbers): number {
  if (values instanceof Uint8Array) {
    builder.prep(DATA_ALIGNMENT, values.length);
    return builder.createByteVector(values);
  }
  const size = SIZES[kind];
  builder.startVector(size, values.length, Math.max(4, size));
  const add = ELEMENTS[kind];
  for (let i = values.length - 1; i >= 0; i -= 1) add(builder, values[i]!);
  return builder.endVector();
}

type AddField = (builder: Builder, field: number, value: FileNumber) => void;

const byte: AddField = (builder, field, value) => builder.addFieldInt8(field, Number(value), 0);
const word: AddField = (builder, field, value) => builder.addFieldInt32(field, Number(value), 0);
const long: AddField = (builder, field, value) => builder.addFieldInt64(field, BigInt(value), 0n);

const FIELDS: Readonly<Record<NumberKind, AddField>> = {
  bool: byte,
  int8: byte,
  uint8: byte,
  uint16: (builder, field, value) => builder.addFieldInt16(field, Number(value), 0),
  int32: word,
  uint32: word,
  int64: long,
  uint64: long,
  float32: (builder, field, value) => builder.addFieldFloat32(field, Number(value), 0),
};

type AddElement = (builder: Builder, value: FileNumber) => void;

const addByte: AddElement = (builder, value) => builder.addInt8(Number(value));
const addWord: AddElement = (builder, value) => builder.addInt32(Number(value));
const addLong: AddElement = (builder, value) => builder.addInt64(BigInt(value));

const ELEMENTS: Readonly<Record<NumberKind, AddElement>> = {
  bool: addByte,
  int8: addByte,
  uint8: addByte,
  uint16: (builder, value) => builder.addInt16(Number(value)),
  int32: addWord,
  uint32: addWord,
  int64: addLong,
  uint64: addLong,
  float32: (builder, value) => builder.addFloat32(Number(value)),
};
