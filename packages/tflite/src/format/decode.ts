import { badModel } from './bad-model.js';
import { createReader, type FileNumber, type FileNumbers, type Reader } from './reader.js';
import { type FieldKind, SIZES } from './schema/field.js';
import { schema } from './schema/schema.js';

/** A table of a file: the fields that are there, by their names in the schema. */
export interface Table {
  readonly [field: string]: FieldValue | undefined;
}

/** What a field holds. */
export type FieldValue = FileNumber | FileNumbers | string | Table | readonly Table[];

/** A file, read whole. */
export interface Decoded {
  readonly root: Table;
  /** Fields and options that no version of the schema that is known here has: they cannot be written anew. */
  readonly unknown: readonly string[];
  /** Parts of the file that hold structure: `[from, to)`. */
  readonly structure: Reader['structure'];
}

/** What every `.tflite` has at byte 4. */
export const IDENTIFIER = 'TFL3';

/**
 * Reads a file by the schema. Vectors of `uint8` stay views of `bytes`, all else is copied.
 *
 * @throws PruneError `bad-model` when something is not where the file says, or what it should be
 */
export function decode(bytes: Uint8Array): Decoded {
  const identifier = String.fromCharCode(...bytes.subarray(4, 8));
  if (bytes.length < 8 || identifier !== IDENTIFIER) {
    const got = bytes.length < 8 ? `${bytes.length} bytes` : JSON.stringify(identifier);
    throw badModel(`a .tflite needs ${IDENTIFIER} at byte 4, got ${got}`);
  }
  const reader = createReader(bytes);
  const unknown = new Set<string>();
  const root = readTable(reader, 'Model', reader.follow(0, 'the root'), unknown);
  return { root, unknown: [...unknown], structure: reader.structure };
}

type Unknown = Set<string>;

function readTable(reader: Reader, name: string, at: number, unknown: Unknown): Table {
  const fields = schema.get(name) ?? [];
  const made: Record<string, FieldValue> = {};
  for (const [i, position] of reader.table(at, name).fields.entries()) {
    if (position === 0) continue;
    const field = fields[i];
    if (field === undefined) {
      unknown.add(`field ${i} of ${name}`);
      continue;
    }
    const what = `${name}.${field.name}`;
    const type = made[`${field.name}Type`] ?? 0;
    const value = readField(reader, resolved(field.kind, type), position, what, unknown);
    if (value === undefined) unknown.add(`${what} of kind ${String(type)}`);
    else made[field.name] = value;
  }
  return made;
}

/** A union as the table that it holds, where that is known. */
function resolved(kind: FieldKind, type: FieldValue): FieldKind {
  if (kind.is !== 'union' || typeof type !== 'number') return kind;
  const table = kind.of[type - 1];
  return table === undefined ? kind : { is: 'table', of: table };
}

/** @returns undefined for a union of a kind that is not known */
function readField(
  reader: Reader,
  kind: FieldKind,
  at: number,
  what: string,
  unknown: Unknown,
): FieldValue | undefined {
  if (kind.is === 'union') return undefined;
  if (kind.is === 'number') return reader.number(kind.of, at);
  const target = reader.follow(at, what);
  switch (kind.is) {
    case 'text':
      return reader.text(target, what);
    case 'numbers':
      return reader.numbers(kind.of, target, what);
    case 'table':
      return readTable(reader, kind.of, target, unknown);
    case 'tables': {
      const made: Table[] = [];
      const count = reader.count(target, SIZES.reference, what);
      for (let i = 0; i < count; i += 1) {
        const element = reader.follow(target + 4 + SIZES.reference * i, what);
        made.push(readTable(reader, kind.of, element, unknown));
      }
      return made;
    }
  }
}
