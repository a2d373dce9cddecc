/** A mask as the gaps between what is kept, in a Rice code. */
export interface RiceMask {
  readonly rice: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/**
 * The mask of some positions. With `rice` 0 it is one bit an element, as far as the last that is kept.
 *
 * @param positions in rising order
 * @param rice parameter of the code; that of the shortest code unless told
 * @see {@link readPositions}, which reads it back
 */
export function writePositions(positions: Uint32Array, rice: number = bestRice(positions)): RiceMask {
  let bits = 0;
  forEachGap(positions, (gap) => {
    bits += Math.floor(gap / 2 ** rice) + 1 + rice;
  });
  const bytes = new Uint8Array(Math.ceil(bits / 8));
  const rest = 2 ** rice - 1;
  let at = 0;
  forEachGap(positions, (gap) => {
    for (let ones = Math.floor(gap / 2 ** rice); ones > 0; ) {
      const room = Math.min(ones, 8 - (at & 7));
      bytes[at >> 3]! |= ((1 << room) - 1) << (at & 7);
      at += room;
      ones -= room;
    }
    at += 1;
    for (let low = gap & rest, left = rice; left > 0; ) {
      const room = Math.min(left, 8 - (at & 7));
      bytes[at >> 3]! |= low << (at & 7);
      low >>>= room;
      at += room;
      left -= room;
    }
  });
  return { rice, bytes };
}

function forEachGap(positions: Uint32Array, visit: (gap: number) => void): void {
  let next = 0;
  for (const position of positions) {
    visit(position - next);
    next = position + 1;
  }
}

/** The parameter of the shortest code: `count · (1 + rice) + Σ ⌊gap / 2^rice⌋` bits. */
function bestRice(positions: Uint32Array): number {
  const gaps = new Uint32Array(positions.length);
  let i = 0;
  forEachGap(positions, (gap) => {
    gaps[i] = gap;
    i += 1;
  });
  let [best, least] = [0, Number.POSITIVE_INFINITY];
  for (let rice = 0; rice <= 22; rice += 1) {
    let sum = 0;
    for (let j = 0; j < gaps.length; j += 1) {
      sum += gaps[j]!;
      gaps[j]! >>= 1;
    }
    const bits = sum + gaps.length * (1 + rice);
    if (bits < least) [best, least] = [rice, bits];
    if (sum === 0) break;
  }
  return best;
}
