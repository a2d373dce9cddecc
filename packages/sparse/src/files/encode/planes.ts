/** What is not zero of some elements. */
export interface Kept {
  /** Elements, in rising order. */
  readonly positions: Uint32Array;
  /** Byte k of the kept elements, for each k. Of what is rotated, the last but one is sorted by the last. */
  readonly planes: readonly Uint8Array<ArrayBuffer>[];
}

/**
 * Takes elements apart into their bytes.
 *
 * @param bytes the elements, lowest byte first
 * @param width bytes of one
 * @param rotated whether each is turned left by a bit, which puts the sign of a float below its mantissa and the
 *   exponent into a byte of its own
 */
export function splitPlanes(bytes: Uint8Array, width: number, rotated: boolean): Kept {
  const elements = bytes.length / width;
  const positions = keptPositions(bytes, width, elements);
  const planes = Array.from({ length: width }, (_, k) => {
    const plane = new Uint8Array(positions.length);
    const below = (k + width - 1) % width;
    for (let i = 0; i < plane.length; i += 1) {
      const at = positions[i]! * width;
      plane[i] = rotated ? (bytes[at + k]! << 1) | (bytes[at + below]! >> 7) : bytes[at + k]!;
    }
    return plane;
  });
  if (rotated) sortBy(planes[width - 2]!, planes[width - 1]!);
  return { positions, planes };
}

/** Sorts bytes by others, stably: what stands below an exponent is distributed otherwise for each. */
function sortBy(bytes: Uint8Array, keys: Uint8Array): void {
  const next = new Uint32Array(257);
  for (const key of keys) next[key + 1]! += 1;
  for (let i = 1; i < 256; i += 1) next[i]! += next[i - 1]!;
  for (const [i, byte] of bytes.slice().entries()) {
    bytes[next[keys[i]!]!] = byte;
    next[keys[i]!]! += 1;
  }
}

function keptPositions(bytes: Uint8Array, width: number, elements: number): Uint32Array {
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
