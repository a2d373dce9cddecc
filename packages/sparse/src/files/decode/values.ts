import type { Piece } from './directory.js';
import { HALVES, PLANES, SCALED, WIDTHS } from './format.js';

/**
 * The bytes of a piece of a tensor, zeros where nothing was kept.
 *
 * @param room for them: memory that is new costs more than what is done with it
 */
export function readValues(
  piece: Piece,
  positions: Uint32Array,
  streams: readonly Uint8Array[],
  room: ArrayBuffer,
): Uint8Array {
  const { coding, elements } = piece;
  const planes = streams.slice(3, 3 + PLANES[coding]!);
  const bytes = new Uint8Array(room, 0, elements * WIDTHS[coding]!).fill(0);
  if (coding > 4 && coding < SCALED) unsort(planes);
  if (coding < HALVES) joinPlanes(bytes, positions, planes, coding > 3);
  else writeFloats(piece, room, positions, planes, streams[2]!);
  return bytes;
}

/** Puts the second highest plane, which is sorted by the highest, into the order of the others. */
function unsort(planes: Uint8Array[]): void {
  const [sorted, highest] = planes.slice(-2) as [Uint8Array, Uint8Array];
  const counts = new Uint32Array(256);
  for (const byte of highest) counts[byte]! += 1;
  let sum = 0;
  const next = counts.map((count) => {
    sum += count;
    return sum - count;
  });
  planes[planes.length - 2] = highest.map((byte) => sorted[next[byte]!++]!);
}

/** Words of bytes that lie in planes, the lowest first; back by a bit to the right where they were rotated. */
function joinPlanes(
  bytes: Uint8Array<ArrayBuffer>,
  positions: Uint32Array,
  planes: readonly Uint8Array[],
  rotated: boolean,
): void {
  const width = planes.length;
  if (width === 4) {
    // The same as below, for the most common width.
    const words = new Uint32Array(bytes.buffer);
    const [a, b, c, d] = planes as [Uint8Array, Uint8Array, Uint8Array, Uint8Array];
    for (let i = 0; i < positions.length; i += 1) {
      const word = a[i]! | (b[i]! << 8) | (c[i]! << 16) | (d[i]! << 24);
      words[positions[i]!] = rotated ? (word >>> 1) | (word << 31) : word;
    }
    return;
  }
  planes.forEach((plane, k) => {
    const above = planes[(k + 1) % width]!;
    for (let i = 0; i < positions.length; i += 1) {
      bytes[positions[i]! * width + k] = rotated ? (plane[i]! >> 1) | (above[i]! << 7) : plane[i]!;
    }
  });
}

/** Float32 values of what is shorter. */
function writeFloats(
  { coding, start, inner }: Piece,
  buffer: ArrayBuffer,
  positions: Uint32Array,
  [low, high]: readonly Uint8Array[],
  table: Uint8Array,
): void {
  const words = new Uint32Array(buffer);
  const floats = new Float32Array(buffer);
  const numbers = new Float32Array(table.slice().buffer);
  for (let i = 0; i < positions.length; i += 1) {
    const at = positions[i]!;
    const code = low![i]!;
    if (coding === HALVES) {
      // The float32 of the same bits, of which all but the bias of the exponent is right.
      const half = code | (high![i]! << 8);
      words[at] = (half << 31) | ((half >> 1) << 13);
      floats[at]! *= 2 ** 112;
    } else if (coding === SCALED) {
      floats[at] = numbers[Math.floor((start + at) / inner) % numbers.length]! * ((code << 24) >> 24);
    } else floats[at] = numbers[code]!;
  }
}
