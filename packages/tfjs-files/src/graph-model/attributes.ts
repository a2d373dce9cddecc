import { isRecord, quote } from '@synaprune/core/checks';
import { badModel } from '../artifacts/bad-model.js';
import { type JsonObject, listMember, member } from '../artifacts/json-tree.js';

/** An attribute of a node as a plain value. A shape of unknown rank is `null`, an unknown edge -1. */
export type AttributeValue =
  | string
  | number
  | boolean
  | null
  | { readonly function: string }
  | { readonly tensor: readonly number[] | null }
  | readonly AttributeValue[];

/**
 * An attribute decoded: `s` as text, `i` and `f` as numbers, `b`, the name of a `type` (`DT_FLOAT`), a `shape` as its
 * edges, the name of a function, the shape of a tensor; and lists of these.
 *
 * @param node the JSON of the node
 * @returns `undefined` where the node has none of that name
 * @throws PruneError `bad-model` when it is none of these
 */
export function readAttribute(node: JsonObject, key: string): AttributeValue | undefined {
  const attribute = member(member(node, 'attr'), key);
  if (attribute === undefined || attribute === null) return undefined;
  const what = `attribute ${quote(key)} of the node ${quote(String(member(node, 'name')))}`;
  const wrong = () => badModel(`${what} is no value of a GraphDef`);
  const list = member(attribute, 'list');
  if (list !== undefined && list !== null) {
    const field = FIELDS.find((each) => Object.hasOwn(list, each));
    if (field === undefined) return [];
    return listMember(what, list, field).map((each) => decode(field, each, wrong));
  }
  const field = FIELDS.find((each) => member(attribute, each) !== undefined);
  // A message without fields, as Protocol Buffers write a value that is the default of its type.
  if (field === undefined) return undefined;
  return decode(field, member(attribute, field), wrong);
}

/** Names of the fields that an attribute's value may be in. */
const FIELDS = ['s', 'i', 'f', 'b', 'type', 'shape', 'func', 'tensor'] as const;

type Field = (typeof FIELDS)[number];

function decode(field: Field, value: unknown, wrong: () => Error): AttributeValue {
  switch (field) {
    case 's':
      return textOf(value, wrong);
    case 'i':
    case 'f':
      return numberOf(value, wrong);
    case 'b':
      if (typeof value === 'boolean') return value;
      throw wrong();
    case 'type':
      if (typeof value === 'string') return value;
      if (typeof value === 'number') return TYPES[value] ?? `DT_${value}`;
      throw wrong();
    case 'shape':
      return shapeOf(value, wrong);
    case 'func': {
      const name = member(value, 'name');
      if (typeof name !== 'string') throw wrong();
      return { function: name };
    }
    case 'tensor':
      return { tensor: shapeOf(member(value, 'tensorShape') ?? {}, wrong) };
  }
}

/** Base64, or the bytes one by one. */
function textOf(value: unknown, wrong: () => Error): string {
  if (Array.isArray(value)) {
    const codes: readonly unknown[] = value;
    return codes
      .map((code) => {
        if (typeof code !== 'number') throw wrong();
        return String.fromCharCode(code);
      })
      .join('');
  }
  if (typeof value !== 'string') throw wrong();
  try {
    return atob(value);
  } catch {
    throw wrong();
  }
}

/** 64-bit integers come as text. */
function numberOf(value: unknown, wrong: () => Error): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'string' && /^\s*-?\d+\s*$/.test(value)) return Number(value);
  if (typeof value === 'string' && ['NaN', 'Infinity', '-Infinity'].includes(value)) return Number(value);
  throw wrong();
}

function shapeOf(value: unknown, wrong: () => Error): readonly number[] | null {
  if (!isRecord(value)) throw wrong();
  if (member(value, 'unknownRank') === true) return null;
  const dim = member(value, 'dim') ?? [];
  if (!Array.isArray(dim)) throw wrong();
  return (dim as readonly unknown[]).map((each) => numberOf(member(each, 'size') ?? 0, wrong));
}

/** The types of TensorFlow by their numbers. */
const TYPES: Readonly<Record<number, string>> = {
  1: 'DT_FLOAT',
  2: 'DT_DOUBLE',
  3: 'DT_INT32',
  4: 'DT_UINT8',
  5: 'DT_INT16',
  6: 'DT_INT8',
  7: 'DT_STRING',
  8: 'DT_COMPLEX64',
  9: 'DT_INT64',
  10: 'DT_BOOL',
  19: 'DT_HALF',
  20: 'DT_RESOURCE',
};

/**
 * Changes an attribute where it is a whole number, a list of them, or a shape, in the form that it had; puts a new one
 * in as text, as converters write 64-bit integers.
 *
 * @param node the JSON of the node, of a topology of one's own
 */
export function writeAttribute(node: JsonObject, key: string, value: WritableAttribute): void {
  const attributes = member(node, 'attr');
  const all: JsonObject = isRecord(attributes) ? attributes : {};
  node.attr = all;
  all[key] = encode(all[key], value);
}

/** What {@link writeAttribute} writes. */
export type WritableAttribute =
  | { readonly i: number }
  | { readonly ints: readonly number[] }
  | { readonly shape: readonly number[] }
  | { readonly tensor: readonly number[]; readonly type: string };

function encode(was: unknown, value: WritableAttribute): JsonObject {
  if ('i' in value) return { i: wholeLike(member(was, 'i'), value.i) };
  if ('ints' in value) {
    const first = member(member(was, 'list'), 'i');
    const like: unknown = Array.isArray(first) ? first[0] : undefined;
    return { list: { i: value.ints.map((each) => wholeLike(like, each)) } };
  }
  if ('shape' in value) return { shape: shapeMessage(value.shape) };
  return { tensor: { dtype: value.type, tensorShape: shapeMessage(value.tensor) } };
}

function shapeMessage(shape: readonly number[]): JsonObject {
  return shape.length === 0 ? {} : { dim: shape.map((edge) => ({ size: String(edge) })) };
}

function wholeLike(was: unknown, value: number): number | string {
  return typeof was === 'number' ? value : String(value);
}
