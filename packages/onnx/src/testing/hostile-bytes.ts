/** Pieces of the wire format, for files that no writer would make. */
export function varint(value: number | bigint): number[] {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest > 0x7fn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  return [...bytes, Number(rest)];
}

/** A field that holds a varint. */
export function number(field: number, value: number | bigint): number[] {
  return [...varint(field * 8), ...varint(value)];
}

/** A field behind a length: a message, bytes or text. */
export function block(field: number, content: readonly number[] | string): number[] {
  const bytes = typeof content === 'string' ? [...new TextEncoder().encode(content)] : content;
  return [...blockStart(field, bytes.length), ...bytes];
}

/** What stands before so many bytes of a field. */
export function blockStart(field: number, length: number): number[] {
  return [...varint(field * 8 + 2), ...varint(length)];
}

const opset = block(8, number(2, 17));

/** A model around the fields of a graph. */
export function modelBytes(...graph: readonly number[][]): Uint8Array {
  return Uint8Array.from([...number(1, 8), ...block(7, graph.flat()), ...opset]);
}

/** An initializer of these fields. */
export function initializer(...fields: readonly number[][]): number[] {
  return block(5, fields.flat());
}

export function node(
  op: string,
  inputs: readonly string[],
  outputs: readonly string[],
  ...more: number[][]
): number[] {
  return block(1, [
    ...inputs.flatMap((name) => block(1, name)),
    ...outputs.flatMap((name) => block(2, name)),
    ...block(4, op),
    ...more.flat(),
  ]);
}
