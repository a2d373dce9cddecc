/** What is not zero of some elements. */
export interface Kept {
  /** Elements, in rising order. */
  readonly positions: Uint32Array;
  /** Byte k of the kept elements, for each k. */
  readonly planes: readonly Uint8Array<ArrayBuffer>[];
}

/**
 * Takes elements apart into their bytes.
 *
 * @param bytes the elements, lowest byte first
 * @param width bytes of one
 * @param rotated whether each is turned left by a bit, which puts the sign of a float below its mantissa, and the
 *   exponent, or what there is of it, into a byte of its own
 */
export function splitPlanes(bytes: Uint8Array, width: number, rotated: boolean): Kept {
  const positions = keptPositions(bytes, width);
  const planes = Array.from({ length: width }, (_, k) => {
    const plane = new Uint8Array(positions.length);
    const below = (k + width - 1) % width;
    for (let i = 0; i < plane.length; i += 1) {
      const at = positions[i]! * width;
      plane[i] = rotated ? (bytes[at + k]! << 1) | (bytes[at + below]! >> 7) : bytes[at + k]!;
    }
    return plane;
  });
  return { positions, planes };
}

/** The elements of which any byte is not zero. */
function keptPositions(bytes: Uint8Array, width: number): Uint32Array {
  const elements = bytes.length / width;
  const positions = new Uint32Array(elements);
  let kept = 0;
  for (let i = 0, at = 0; i < elements; i += 1) {
    let any = 0;
    for (const end = at + width; at < end; at += 1) any |= bytes[at]!;
    positions[kept] = i;
    if (any !== 0) kept += 1;
  }
  return positions.slice(0, kept);
}
