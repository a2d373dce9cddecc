/** A number of a flatbuffer, of so many bytes. */
export type NumberKind =
  | 'bool'
  | 'int8'
  | 'uint8'
  | 'uint16'
  | 'int32'
  | 'uint32'
  | 'int64'
  | 'uint64'
  | 'float32';

/** Bytes of a number, and of where a field refers to. */
export const SIZES: Readonly<Record<NumberKind | 'reference', number>> = {
  bool: 1,
  int8: 1,
  uint8: 1,
  uint16: 2,
  int32: 4,
  uint32: 4,
  int64: 8,
  uint64: 8,
  float32: 4,
  reference: 4,
};

/** What a field of a table holds. */
export type FieldKind =
  | { readonly is: 'number'; readonly of: NumberKind }
  | { readonly is: 'numbers'; readonly of: NumberKind }
  | { readonly is: 'text' }
  | { readonly is: 'table'; readonly of: string }
  | { readonly is: 'tables'; readonly of: string }
  /** A table whose kind the field before says, as a number: one of a list of kinds. */
  | { readonly is: 'union'; readonly of: readonly string[] };

/** A field: its number is its place in the table. */
export interface Field {
  readonly name: string;
  readonly kind: FieldKind;
}

/** The fields of a table in the order of their numbers. */
export type TableFields = readonly Field[];

/** Lists of tables that a union may hold, by the union's name; the first has number 1. */
export type Unions = Readonly<Record<string, readonly string[]>>;

/**
 * Reads a table written as `shape:[int32] name:text sparsity:SparsityParameters`.
 *
 * @param unions what a kind that is none of a number, a text and a table may be
 */
export function readFields(text: string, unions: Unions): TableFields {
  return text
    .split(' ')
    .filter((each) => each !== '')
    .map((each): Field => {
      const [name = '', kind = ''] = each.split(':');
      return { name, kind: readKind(kind, unions) };
    });
}

function readKind(text: string, unions: Unions): FieldKind {
  if (text === 'text') return { is: 'text' };
  if (isNumber(text)) return { is: 'number', of: text };
  const union = unions[text];
  if (union !== undefined) return { is: 'union', of: union };
  const inner = text.startsWith('[') ? text.slice(1, -1) : undefined;
  if (inner === undefined) return { is: 'table', of: text };
  return isNumber(inner) ? { is: 'numbers', of: inner } : { is: 'tables', of: inner };
}

function isNumber(text: string): text is NumberKind {
  return text !== 'reference' && Object.hasOwn(SIZES, text);
}
