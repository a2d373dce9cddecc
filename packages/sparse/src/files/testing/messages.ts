/* Protocol buffers by hand, so that a test can write what no writer would. */

type Value = number | string | Uint8Array;

/** A message of fields, in their order: numbers as varints, all else behind a length. */
export function message(...fields: readonly (readonly [number: number, value: Value])[]): Uint8Array {
  return join(
    fields.flatMap(([number, value]) => {
      if (typeof value === 'number') return [varint(number * 8), varint(value)];
      const bytes = typeof value === 'string' ? new TextEncoder().encode(value) : value;
      return [varint(number * 8 + 2), varint(bytes.length), bytes];
    }),
  );
}

export function join(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

/**
 * @param length bytes that it takes at least; longer than needed is allowed, and no writer does it
 */
export function varint(value: number, length = 1): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127 || bytes.length < length - 1; rest = Math.floor(rest / 128))
    bytes.push((rest % 128) | 128);
  return Uint8Array.of(...bytes, rest);
}

/** The bytes of typed arrays. */
export function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
