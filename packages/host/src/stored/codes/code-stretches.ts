/** Codes as they are worked on. */
export type Codes = Uint8Array | Uint16Array;

/** Codes that are copied at a time, where they do not lie as the machine reads them; a multiple of 32. */
const COPIED = 8192;

const littleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/**
 * A function that visits little-endian codes `from` to `to` with the index of the first: where they are, or in copies,
 * which are written back if `writes` says so. Each visit but the last has a multiple of 32 codes.
 */
export function codeStretches(
  bytes: Uint8Array,
  bits: 8 | 16,
  elements: number,
): (from: number, to: number, writes: boolean, visit: (codes: Codes, at: number) => void) => void {
  if (bits === 8) return (from, to, _, visit) => visit(bytes.subarray(from, to), from);
  if (littleEndian && bytes.byteOffset % 2 === 0) {
    const codes = new Uint16Array(bytes.buffer, bytes.byteOffset, elements);
    return (from, to, _, visit) => visit(codes.subarray(from, to), from);
  }
  return (from, to, writes, visit) => {
    const room = new Uint8Array(2 * Math.min(COPIED, to - from));
    for (let at = from; at < to; at += COPIED) {
      const part = bytes.subarray(2 * at, 2 * Math.min(at + COPIED, to));
      room.set(part);
      if (!littleEndian) swap(room);
      visit(new Uint16Array(room.buffer, 0, part.length / 2), at);
      if (!writes) continue;
      if (!littleEndian) swap(room);
      part.set(room.subarray(0, part.length));
    }
  };
}

/** Bytes in pairs, each the other way round. */
function swap(bytes: Uint8Array): void {
  for (let i = 0; i < bytes.length; i += 2) [bytes[i], bytes[i + 1]] = [bytes[i + 1]!, bytes[i]!];
}
