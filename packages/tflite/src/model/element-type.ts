/** Types of elements by their numbers in a file, and bits an element; 0 where elements have no one size. */
const TYPES = [
  ['float32', 32],
  ['float16', 16],
  ['int32', 32],
  ['uint8', 8],
  ['int64', 64],
  ['string', 0],
  ['bool', 8],
  ['int16', 16],
  ['complex64', 64],
  ['int8', 8],
  ['float64', 64],
  ['complex128', 128],
  ['uint64', 64],
  ['resource', 0],
  ['variant', 0],
  ['uint32', 32],
  ['uint16', 16],
  ['int4', 4],
  ['bfloat16', 16],
  ['int2', 2],
  ['uint4', 4],
  ['float8e4m3fn', 8],
  ['float8e5m2', 8],
] as const;

/** The type of a tensor's elements; `unknown` for one of a later release. */
export type DataType = (typeof TYPES)[number][0] | 'unknown';

/** A type by its number in a file. */
export function typeOf(number: number): DataType {
  return TYPES[number]?.[0] ?? 'unknown';
}

/** The number of a type in a file. */
export function typeNumber(type: DataType): number {
  return TYPES.findIndex(([name]) => name === type);
}

/** Bytes that so many elements take, or `undefined` where the type does not say. */
export function bytesOf(type: DataType, elements: number): number | undefined {
  const bits = TYPES.find(([name]) => name === type)?.[1] ?? 0;
  return bits === 0 ? undefined : Math.ceil((bits * elements) / 8);
}
