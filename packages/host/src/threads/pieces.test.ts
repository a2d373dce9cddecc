import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AT_RANDOM, type Piece, packPieces, shareOut, unpackPieces } from './pieces.js';

/** Pieces that lie one after another, each mask from a word of its own on. */
function piecesOf(sizes: readonly number[]): Piece[] {
  let data = 64;
  let words = 2 ** 30;
  return sizes.map((elements, i) => {
    const piece = { data, words, elements, ranking: i % 2 === 0 ? data : AT_RANDOM, seed: i, first: 0 };
    data += 4 * elements;
    words += 4 * Math.ceil(elements / 32);
    return piece;
  });
}

const sizes = fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1, maxLength: 12 });

describe('shareOut', () => {
  it('deals every element once, in order, in whole words of masks', () => {
    fc.assert(
      fc.property(sizes, fc.integer({ min: 1, max: 9 }), (elements, shares) => {
        const pieces = piecesOf(elements);
        const dealt = shareOut(pieces, shares);
        expect(dealt.length).toBe(shares);
        const places = (some: readonly Piece[]) =>
          some.flatMap((piece) =>
            Array.from({ length: piece.elements }, (_, i) =>
              [piece.data + 4 * i, 8 * piece.words + i, piece.seed, piece.first + i].join(),
            ),
          );
        expect(places(dealt.flat())).toEqual(places(pieces));
        for (const { words, first, ranking, data, elements: some } of dealt.flat()) {
          expect([words % 4, first % 32, some > 0]).toEqual([0, 0, true]);
          expect(ranking === AT_RANDOM || ranking === data).toBe(true);
        }
      }),
    );
  });

  it('deals shares that differ by a word of a mask at most', () => {
    const dealt = shareOut(piecesOf([10_000, 33, 70_001, 5]), 4);
    const counts = dealt.map((share) => share.reduce((sum, { elements }) => sum + elements, 0));
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(64);
  });

  it('leaves shares empty where there are fewer words than shares', () => {
    const dealt = shareOut(piecesOf([40]), 4);
    expect(dealt.map((share) => share.map(({ elements }) => elements))).toEqual([[32], [], [], [8]]);
  });
});

it('brings pieces to a thread as they were', () => {
  const pieces = [...piecesOf([1, 99]), { ...piecesOf([3])[0]!, seed: 2 ** 40 + 1, data: 2 ** 32 - 64 }];
  expect(unpackPieces(packPieces(pieces))).toEqual(pieces);
});
