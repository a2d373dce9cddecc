/** Elements that follow each other in a weight, by pointers into the shared memory. Whole mask words, but for the last. */
export interface Piece {
  readonly data: number;
  /** The word of the mask that holds the first element, in its lowest bit. */
  readonly words: number;
  readonly elements: number;
  /** What ranks them, or {@link AT_RANDOM}. */
  readonly ranking: number;
  readonly seed: number;
  /** Index of the first element in its weight. */
  readonly first: number;
}

/** In place of a pointer: elements rank by `randomMagnitude(seed, index)`. */
export const AT_RANDOM = -1;

/** Elements of a piece that a thread changes in one go: they stay in a cache while their ties are counted. */
export const CHUNK: number = 2 ** 16;

/** Elements that it looks at in one go, where what ranks them is in the memory. */
export const LOOKED_AT: number = 2 ** 18;

/** Elements `from` (a multiple of 32) to `to` (exclusive) of a piece. */
export function cutPiece<Kind extends Piece>(piece: Kind, from: number, to: number): Kind {
  const { data, words, ranking, first } = piece;
  return {
    ...piece,
    data: data + 4 * from,
    words: words + from / 8,
    elements: to - from,
    ranking: ranking === AT_RANDOM ? AT_RANDOM : ranking + 4 * from,
    first: first + from,
  };
}

/** A piece in runs of at most `most` elements, a multiple of 32. */
export function* runsOf<Kind extends Piece>(piece: Kind, most: number): Generator<Kind> {
  for (let from = 0; from < piece.elements; from += most) {
    yield cutPiece(piece, from, Math.min(piece.elements, from + most));
  }
}

/** So many shares of about as many elements each, which follow each other as the pieces do. Some may be empty. */
export function shareOut<Kind extends Piece>(pieces: readonly Kind[], shares: number): Kind[][] {
  const total = elementsIn(pieces);
  const dealt = Array.from({ length: shares }, (): Kind[] => []);
  let before = 0;
  let share = 0;
  for (const piece of pieces) {
    let from = 0;
    while (from < piece.elements) {
      // The last share has no end.
      const end = share === shares - 1 ? Infinity : (total * (share + 1)) / shares - before;
      const to = Math.min(piece.elements, Math.max(from, Math.ceil(end / 32) * 32));
      if (to > from) dealt[share]!.push(cutPiece(piece, from, to));
      if (end <= to) share += 1;
      from = to;
    }
    before += piece.elements;
  }
  return dealt;
}

export function elementsIn(pieces: readonly Piece[]): number {
  return pieces.reduce((sum, { elements }) => sum + elements, 0);
}

/** Numbers of a piece that travels. */
const NUMBERS = 6;

/** Pieces as they travel to a thread: numbers alone, which cost little to copy. */
export function packPieces(pieces: readonly Piece[]): Float64Array {
  const packed = new Float64Array(NUMBERS * pieces.length);
  for (const [i, { data, words, elements, ranking, seed, first }] of pieces.entries()) {
    packed.set([data, words, elements, ranking, seed, first], NUMBERS * i);
  }
  return packed;
}

export function unpackPieces(packed: Float64Array): Piece[] {
  return Array.from({ length: packed.length / NUMBERS }, (_, i) => {
    const [data, words, elements, ranking, seed, first] = packed.subarray(NUMBERS * i, NUMBERS * (i + 1));
    return {
      data: data!,
      words: words!,
      elements: elements!,
      ranking: ranking!,
      seed: seed!,
      first: first!,
    };
  });
}
