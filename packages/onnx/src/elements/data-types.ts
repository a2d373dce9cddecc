/** The element type of a tensor, by ONNX's name for it. */
export type DataType =
  | 'float32'
  | 'float16'
  | 'bfloat16'
  | 'float64'
  | 'int4'
  | 'uint4'
  | 'int8'
  | 'uint8'
  | 'int16'
  | 'uint16'
  | 'int32'
  | 'uint32'
  | 'int64'
  | 'uint64'
  | 'bool'
  | 'string'
  | 'complex64'
  | 'complex128'
  | 'float8e4m3fn'
  | 'float8e4m3fnuz'
  | 'float8e5m2'
  | 'float8e5m2fnuz'
  | 'float4e2m1'
  | 'unknown';

/** What is known of an element type. */
export interface DataTypeFacts {
  readonly name: DataType;
  /** Bits an element; 0 where elements have no one size. */
  readonly bits: number;
  /** The field of `TensorProto` that holds the elements where `raw_data` does not. */
  readonly typedField: number;
}

const FLOAT_DATA = 4;
const INT32_DATA = 5;
const STRING_DATA = 6;
const INT64_DATA = 7;
const DOUBLE_DATA = 10;
const UINT64_DATA = 11;

const facts = (name: DataType, bits: number, typedField: number): DataTypeFacts => ({
  name,
  bits,
  typedField,
});

/** By the number in the file. */
const table: readonly (DataTypeFacts | undefined)[] = [
  undefined,
  facts('float32', 32, FLOAT_DATA),
  facts('uint8', 8, INT32_DATA),
  facts('int8', 8, INT32_DATA),
  facts('uint16', 16, INT32_DATA),
  facts('int16', 16, INT32_DATA),
  facts('int32', 32, INT32_DATA),
  facts('int64', 64, INT64_DATA),
  facts('string', 0, STRING_DATA),
  facts('bool', 8, INT32_DATA),
  facts('float16', 16, INT32_DATA),
  facts('float64', 64, DOUBLE_DATA),
  facts('uint32', 32, UINT64_DATA),
  facts('uint64', 64, UINT64_DATA),
  facts('complex64', 64, FLOAT_DATA),
  facts('complex128', 128, DOUBLE_DATA),
  facts('bfloat16', 16, INT32_DATA),
  facts('float8e4m3fn', 8, INT32_DATA),
  facts('float8e4m3fnuz', 8, INT32_DATA),
  facts('float8e5m2', 8, INT32_DATA),
  facts('float8e5m2fnuz', 8, INT32_DATA),
  facts('uint4', 4, INT32_DATA),
  facts('int4', 4, INT32_DATA),
  facts('float4e2m1', 4, INT32_DATA),
];

/** The facts of a type by its number in the file. Numbers of later releases are `unknown`. */
export function dataTypeOf(code: number): DataTypeFacts {
  return table[code] ?? facts('unknown', 0, 0);
}

/** The floating-point types that are ranked and zeroed as they are. */
export function isFloat(type: DataType): boolean {
  return type === 'float32' || type === 'float16' || type === 'bfloat16' || type === 'float64';
}

/** The integer types that a quantised weight comes in. */
export function isQuantised(type: DataType): boolean {
  return /^u?int(?:4|8|16)$/.test(type);
}
