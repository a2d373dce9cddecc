import { create } from '@bufbuild/protobuf';
import { quote } from '@synaprune/core/checks';
import { type AttributeProto, AttributeProto_AttributeType, AttributeProtoSchema } from 'onnx-buf';

/** A number that a file holds as a float. A bare number is an integer there. */
export interface FloatAttribute {
  readonly float: number;
}

/** A list of numbers that a file holds as floats. */
export interface FloatsAttribute {
  readonly floats: readonly number[];
}

/** What an attribute may hold: an integer, integers, text, a {@link float}, floats, or a message as it came. */
export type Attribute =
  | number
  | string
  | readonly number[]
  | FloatAttribute
  | FloatsAttribute
  | { readonly message: AttributeProto };

/** The attributes of a node, by name. */
export type Attributes = Readonly<Record<string, Attribute>>;

/**
 * A float attribute.
 *
 * @example
 * ```ts
 * import { float } from '@synaprune/onnx/graph';
 *
 * console.log(float(0.2)); // { float: 0.2 }
 * ```
 */
export function float(value: number): FloatAttribute {
  return { float: value };
}

const text = new TextDecoder();

/** The attributes of a node in a file. */
export function readAttributes(attributes: readonly AttributeProto[]): Record<string, Attribute> {
  const read: [string, Attribute][] = attributes.map((attribute) => [
    attribute.name,
    readAttribute(attribute),
  ]);
  return Object.fromEntries(read);
}

function readAttribute(attribute: AttributeProto): Attribute {
  switch (attribute.type) {
    case AttributeProto_AttributeType.INT:
      return Number(attribute.i);
    case AttributeProto_AttributeType.FLOAT:
      return { float: attribute.f };
    case AttributeProto_AttributeType.STRING:
      return text.decode(attribute.s);
    case AttributeProto_AttributeType.INTS:
      return attribute.ints.map(Number);
    case AttributeProto_AttributeType.FLOATS:
      return { floats: attribute.floats };
    default:
      return { message: attribute };
  }
}

/** An attribute as a file holds it. */
export function writeAttribute(name: string, value: Attribute): AttributeProto {
  const write = (type: AttributeProto_AttributeType, field: object) =>
    create(AttributeProtoSchema, { name, type, ...field });
  if (typeof value === 'number') return write(AttributeProto_AttributeType.INT, { i: wholeOf(name, value) });
  if (typeof value === 'string') {
    return write(AttributeProto_AttributeType.STRING, { s: new TextEncoder().encode(value) });
  }
  if ('float' in value) return write(AttributeProto_AttributeType.FLOAT, { f: value.float });
  if ('floats' in value) return write(AttributeProto_AttributeType.FLOATS, { floats: [...value.floats] });
  if ('message' in value) return value.message;
  return write(AttributeProto_AttributeType.INTS, { ints: value.map((one) => wholeOf(name, one)) });
}

/** @throws TypeError for a number with a fraction, which a file holds as a float */
function wholeOf(name: string, value: number): bigint {
  if (Number.isInteger(value)) return BigInt(value);
  throw new TypeError(
    `attribute ${quote(name)} needs whole numbers where they are bare, got ${value}; floats are float(${value}), { floats: [${value}] }`,
  );
}

/** A number attribute, integer or float, or `otherwise` where it is missing. */
export function numberAt(attributes: Attributes, name: string, otherwise: number): number {
  const value = attributes[name];
  if (typeof value === 'number') return value;
  return typeof value === 'object' && 'float' in value ? value.float : otherwise;
}

/** A list of numbers, integers or floats, or undefined where it is missing. */
export function listAt(attributes: Attributes, name: string): readonly number[] | undefined {
  const value = attributes[name];
  if (Array.isArray(value)) return value as readonly number[];
  return typeof value === 'object' && 'floats' in value ? value.floats : undefined;
}

/** Text, or `otherwise` where it is missing. */
export function textAt(attributes: Attributes, name: string, otherwise: string): string {
  const value = attributes[name];
  return typeof value === 'string' ? value : otherwise;
}

/** The texts of a list of texts, or undefined where it is missing. */
export function textsAt(attributes: Attributes, name: string): readonly string[] | undefined {
  const value = attributes[name];
  if (typeof value !== 'object' || !('message' in value)) return undefined;
  return value.message.strings.map((bytes) => text.decode(bytes));
}
