/** The element types that a graph may hold, by ONNX's name for them. */
export type ElementType =
  | 'float32'
  | 'float64'
  | 'float16'
  | 'bfloat16'
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
  | 'float8e8m0'
  | 'float4e2m1'
  | 'int4'
  | 'uint4'
  | 'int2'
  | 'uint2';

const codes: Readonly<Record<ElementType, number>> = {
  float32: 1,
  uint8: 2,
  int8: 3,
  uint16: 4,
  int16: 5,
  int32: 6,
  int64: 7,
  string: 8,
  bool: 9,
  float16: 10,
  float64: 11,
  uint32: 12,
  uint64: 13,
  complex64: 14,
  complex128: 15,
  bfloat16: 16,
  float8e4m3fn: 17,
  float8e4m3fnuz: 18,
  float8e5m2: 19,
  float8e5m2fnuz: 20,
  uint4: 21,
  int4: 22,
  float4e2m1: 23,
  float8e8m0: 24,
  uint2: 25,
  int2: 26,
};

const byCode = new Map((Object.keys(codes) as ElementType[]).map((type) => [codes[type], type]));

/** The type's number in a file. */
export function codeOf(type: ElementType): number {
  return codes[type];
}

/** The type of a number in a file, if a graph may hold it. */
export function typeOf(code: number): ElementType | undefined {
  return byCode.get(code);
}

/** Whether gradients flow through the type. */
export function isFloat(type: ElementType): boolean {
  return type === 'float32' || type === 'float64' || type === 'float16' || type === 'bfloat16';
}

/** Bits and sign of the integer types that elements are computed in; undefined for every other type. */
export function integerFormat(
  type: ElementType,
): { readonly bits: number; readonly signed: boolean } | undefined {
  const match = /^(u?)int(8|16|32|64)$/.exec(type);
  return match === null ? undefined : { bits: Number(match[2]), signed: match[1] === '' };
}
