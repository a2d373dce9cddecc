import type { CutGroup } from '@synaprune/core';
import type { Crew } from './crew.js';
import { CHUNK, cutPiece, type Piece, shareOut } from './pieces.js';

/** Changes of masks and weights by threads. */
export interface Dropping {
  /** Drops what each cut takes, of pieces in the order of all items; zeroes as it goes, or changes masks alone. */
  drop(groups: readonly CutGroup<unknown, unknown>[], pieces: readonly Piece[], zero: boolean): Promise<void>;
  /** Zeroes what is dropped. */
  zero(pieces: readonly Piece[]): Promise<void>;
}

/** A piece, and which group's cut it is dropped by. */
interface Cutting extends Piece {
  readonly group: number;
}

/** A run of elements of which the first ties go. */
interface Tied extends Cutting {
  readonly take: number;
  readonly before: number;
}

/** Runs with ties that are dealt with on the calling thread: sooner than they could be sent. */
const AT_ONCE = 4;

/*
 * No thread knows how many ties come before its share. So all of them first drop what is below the magnitude and count
 * what is at it, chunk by chunk while a chunk is in the cache; then ties are dealt in the order of the elements, and the
 * few chunks that have to give some are gone over again. That is a part of a pass where others would take a whole one to
 * count ties beforehand, and it may be interrupted anywhere and done again.
 */
export function createDropping(crew: Crew): Dropping {
  return {
    async drop(groups, pieces, zero) {
      const owners = groups.flatMap(({ items }, group) => items.map(() => group));
      const shares = shareOut(
        pieces.map((piece, i): Cutting => ({ ...piece, group: owners[i]! })),
        crew.size,
      );
      const cutOf = ({ group }: Cutting) => groups[group]!.cut;
      const counts = await crew.finish(
        'drop',
        shares.map((share) => ({
          pieces: share,
          numbers: [
            Number(zero),
            ...share.flatMap((piece) => [cutOf(piece).magnitude, Number(cutOf(piece).ties > 0)]),
          ],
        })),
      );
      const tied = dealTies(groups, shares, counts);
      const numbersOf = (some: readonly Tied[]): number[] => [
        Number(zero),
        ...some.flatMap((one) => [cutOf(one).magnitude, one.take, one.before]),
      ];
      if (tied.length <= AT_ONCE) crew.hands.ties(tied, numbersOf(tied));
      else {
        const most = Math.ceil(tied.length / crew.size);
        const dealt = Array.from({ length: crew.size }, (_, n) => tied.slice(n * most, (n + 1) * most));
        await crew.finish(
          'ties',
          dealt.map((some) => ({ pieces: some, numbers: numbersOf(some) })),
        );
      }
    },
    async zero(pieces) {
      await crew.finish(
        'zero',
        shareOut(pieces, crew.size).map((share) => ({ pieces: share, numbers: [] })),
      );
    },
  };
}

/** The chunks that have to give ties, and how many each: the first of each group, in the order of the elements. */
function dealTies(
  groups: readonly CutGroup<unknown, unknown>[],
  shares: readonly (readonly Cutting[])[],
  counts: readonly (readonly number[])[],
): Tied[] {
  const left = groups.map(({ cut }) => cut.ties);
  const tied: Tied[] = [];
  for (const [thread, share] of shares.entries()) {
    let chunk = 0;
    for (const piece of share) {
      for (let from = 0; from < piece.elements; from += CHUNK, chunk += 1) {
        const before = counts[thread]![chunk]!;
        const take = Math.min(before, left[piece.group]!);
        if (take === 0) continue;
        left[piece.group]! -= take;
        tied.push({ ...cutPiece(piece, from, Math.min(piece.elements, from + CHUNK)), take, before });
      }
    }
  }
  return tied;
}
