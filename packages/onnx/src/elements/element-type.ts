/** The list of `TensorProto` that holds the elements of a type where `raw_data` does not. */
export type TypedField = 'floatData' | 'int32Data' | 'stringData' | 'int64Data' | 'doubleData' | 'uint64Data';

/** What is known of an element type. */
export interface TypeFacts<Name extends string = string> {
  readonly name: Name;
  /** Its number in a file. */
  readonly code: number;
  /** Bits an element; 0 where elements have no one size. */
  readonly bits: number;
  /** Undefined where nothing is known of the type. */
  readonly field: TypedField | undefined;
}

/** The element type of a tensor, by ONNX's name for it. */
export type ElementType =
  | 'float32'
  | 'uint8'
  | 'int8'
  | 'uint16'
  | 'int16'
  | 'int32'
  | 'int64'
  | 'string'
  | 'bool'
  | 'float16'
  | 'float64'
  | 'uint32'
  | 'uint64'
  | 'complex64'
  | 'complex128'
  | 'bfloat16'
  | 'float8e4m3fn'
  | 'float8e4m3fnuz'
  | 'float8e5m2'
  | 'float8e5m2fnuz'
  | 'uint4'
  | 'int4'
  | 'float4e2m1'
  | 'float8e8m0'
  | 'uint2'
  | 'int2';

/** The type of a tensor in a file, which may be one of a later release. */
export type DataType = ElementType | 'unknown';

/** The element types of ONNX 1.20: number in a file, bits an element, typed field. */
const table: Readonly<Record<ElementType, readonly [code: number, bits: number, field: TypedField]>> = {
  float32: [1, 32, 'floatData'],
  uint8: [2, 8, 'int32Data'],
  int8: [3, 8, 'int32Data'],
  uint16: [4, 16, 'int32Data'],
  int16: [5, 16, 'int32Data'],
  int32: [6, 32, 'int32Data'],
  int64: [7, 64, 'int64Data'],
  string: [8, 0, 'stringData'],
  bool: [9, 8, 'int32Data'],
  float16: [10, 16, 'int32Data'],
  float64: [11, 64, 'doubleData'],
  uint32: [12, 32, 'uint64Data'],
  uint64: [13, 64, 'uint64Data'],
  complex64: [14, 64, 'floatData'],
  complex128: [15, 128, 'doubleData'],
  bfloat16: [16, 16, 'int32Data'],
  float8e4m3fn: [17, 8, 'int32Data'],
  float8e4m3fnuz: [18, 8, 'int32Data'],
  float8e5m2: [19, 8, 'int32Data'],
  float8e5m2fnuz: [20, 8, 'int32Data'],
  uint4: [21, 4, 'int32Data'],
  int4: [22, 4, 'int32Data'],
  float4e2m1: [23, 4, 'int32Data'],
  float8e8m0: [24, 8, 'int32Data'],
  uint2: [25, 2, 'int32Data'],
  int2: [26, 2, 'int32Data'],
};

const byName: ReadonlyMap<ElementType, TypeFacts<ElementType>> = new Map(
  (Object.keys(table) as ElementType[]).map((name) => {
    const [code, bits, field] = table[name];
    return [name, { name, code, bits, field }];
  }),
);
const byCode: ReadonlyMap<number, TypeFacts<ElementType>> = new Map(
  [...byName.values()].map((each) => [each.code, each]),
);

/** The facts of a type. */
export function factsOf(type: ElementType): TypeFacts<ElementType> {
  return byName.get(type)!;
}

/** The facts of a number in a file. Numbers of later releases are `unknown`. */
export function factsOfCode(code: number): TypeFacts<DataType> {
  return byCode.get(code) ?? { name: 'unknown', code, bits: 0, field: undefined };
}

/** The type's number in a file. */
export function codeOf(type: ElementType): number {
  return factsOf(type).code;
}

/** The type of a number in a file, if there is one. */
export function typeOf(code: number): ElementType | undefined {
  return byCode.get(code)?.name;
}

/** The floating-point types through which gradients flow, and that are ranked and zeroed as they are. */
export function isFloat(type: DataType): boolean {
  return type === 'float32' || type === 'float16' || type === 'bfloat16' || type === 'float64';
}

/** The integer types that a quantised weight comes in. */
export function isQuantised(type: DataType): boolean {
  return /^u?int(?:4|8|16)$/.test(type);
}

/** Bits and sign of the integer types that elements are computed in; undefined for every other type. */
export function integerFormat(
  type: ElementType,
): { readonly bits: number; readonly signed: boolean } | undefined {
  const match = /^(u?)int(8|16|32|64)$/.exec(type);
  return match === null ? undefined : { bits: Number(match[2]), signed: match[1] === '' };
}
