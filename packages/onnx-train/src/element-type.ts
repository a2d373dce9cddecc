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
  | 'string';

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
  bfloat16: 16,
};

/** The type's number in a file. */
export function codeOf(type: ElementType): number {
  return codes[type];
}

/** The type of a number in a file, if a graph may hold it. */
export function typeOf(code: number): ElementType | undefined {
  return (Object.keys(codes) as ElementType[]).find((type) => codes[type] === code);
}

/** Whether gradients flow through the type. */
export function isFloat(type: ElementType): boolean {
  return type === 'float32' || type === 'float64' || type === 'float16' || type === 'bfloat16';
}
