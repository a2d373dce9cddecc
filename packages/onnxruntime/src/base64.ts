/* Bytes as text, by what both Node and browsers have. In pieces, because calls take only so many arguments. */

const PIECE = 3 * 2 ** 13;

/** The bytes of float32 values, little-endian, as base64. */
export function floatsToBase64(values: Float32Array): string {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  const pieces: string[] = [];
  for (let at = 0; at < bytes.length; at += PIECE) {
    pieces.push(btoa(String.fromCharCode(...bytes.subarray(at, at + PIECE))));
  }
  return pieces.join('');
}

/** The inverse of {@link floatsToBase64}; `undefined` unless the text is `length` values. */
export function floatsFromBase64(text: string, length: number): Float32Array | undefined {
  if (text.length !== 4 * Math.ceil((4 * length) / 3)) return undefined;
  const bytes = new Uint8Array(4 * length);
  const step = (PIECE / 3) * 4;
  try {
    for (let from = 0, at = 0; from < text.length; from += step) {
      const piece = atob(text.slice(from, from + step));
      if (at + piece.length > bytes.length) return undefined;
      for (let i = 0; i < piece.length; i += 1) bytes[at + i] = piece.charCodeAt(i);
      at += piece.length;
      if (from + step >= text.length && at !== bytes.length) return undefined;
    }
  } catch {
    return undefined;
  }
  return new Float32Array(bytes.buffer);
}
