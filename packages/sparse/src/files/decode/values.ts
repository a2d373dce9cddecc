import type { Piece } from './directory.js';
import { HALVES, LISTED, PLANES, SCALED } from './format.js';

/** Writes the kept values of a piece of a tensor to where they belong among zeros. */
export function writeValues(
  piece: Piece,
  positions: Uint32Array,
  streams: readonly Uint8Array[],
  target: DataView,
): void {
  const { coding } = piece;
  const planes = streams.slice(3);
  const numbers = streams[2]!.slice().buffer;
  if (coding === LISTED) writeListed(piece, positions, planes, new Uint32Array(numbers), target);
  else if (coding < HALVES) joinPlanes(coding, positions, planes, target);
  else writeFloats(piece, positions, planes, new Float32Array(numbers), target);
}

/** Float32 values whose leading bits are listed in a table, and whose trailing bits lie one behind the other. */
function writeListed(
  { trailing }: Piece,
  positions: Uint32Array,
  [index, rest]: readonly Uint8Array[],
  table: Uint32Array,
  target: DataView,
): void {
  const bits = new DataView(rest!.buffer, rest!.byteOffset);
  const mask = (1 << trailing) - 1;
  for (let i = 0; i < positions.length; i += 1) {
    const at = i * trailing;
    const word = table[index![i]!]! | ((bits.getUint32(at >> 3, true) >>> (at & 7)) & mask);
    target.setUint32(4 * positions[i]!, (word >>> 1) | (word << 31), true);
  }
}

/** Words of bytes that lie in planes, the lowest first; back by a bit to the right where they were rotated. */
function joinPlanes(
  coding: number,
  positions: Uint32Array,
  planes: readonly Uint8Array[],
  target: DataView,
): void {
  const width = PLANES[coding]!;
  for (let k = 0; k < width; k += 1) {
    const plane = planes[k]!;
    const above = planes[(k + 1) % width]!;
    for (let i = 0; i < positions.length; i += 1) {
      const byte = coding > LISTED ? (plane[i]! >> 1) | (above[i]! << 7) : plane[i]!;
      target.setUint8(positions[i]! * width + k, byte);
    }
  }
}

/** Float32 values of what is shorter. */
function writeFloats(
  { coding, start, inner }: Piece,
  positions: Uint32Array,
  [low, high]: readonly Uint8Array[],
  table: Float32Array,
  target: DataView,
): void {
  for (let i = 0; i < positions.length; i += 1) {
    const at = positions[i]!;
    const code = low![i]!;
    let value = table[code]!;
    if (coding === HALVES) {
      // The float32 of the same bits, of which all but the bias of the exponent is right.
      const half = code | (high![i]! << 8);
      target.setUint32(4 * at, (half << 31) | ((half >> 1) << 13), true);
      value = target.getFloat32(4 * at, true) * 2 ** 112;
    } else if (coding === SCALED) {
      value = table[Math.floor((start + at) / inner) % table.length]! * ((code << 24) >> 24);
    }
    target.setFloat32(4 * at, value, true);
  }
}
