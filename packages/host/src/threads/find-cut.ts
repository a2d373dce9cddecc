import type { Cut } from '@synaprune/core';
import { awaitBracket, expectedInside, FEW, sampleSize } from '../bracket.js';
import { BATCH, CLUSTER, likeness } from '../sample.js';
import type { Arena } from './arena.js';
import type { Crew } from './crew.js';
import { elementsIn, type Piece, shareOut } from './pieces.js';

/** What a search stands on. */
export interface SearchGround {
  readonly memory: WebAssembly.Memory;
  readonly arena: Arena;
  readonly crew: Crew;
}

/** Elements from which on threads count what is kept and draw samples: of fewer that takes less than to tell them. */
const FEWEST_SAMPLED_APART = 2 ** 23;

/** Bytes of the digit table of a selection. */
const TABLE = 8192;

/**
 * The cut that takes `count` kept elements: each thread samples and collects of its share, and what they collected is
 * selected among on the calling thread. `undefined` where so few are kept that there is nothing to sample, or where a
 * bracket held more than there is room for.
 *
 * @throws PruneError `thread-lost`, `out-of-memory`
 */
export async function findCutOn(
  { memory, arena, crew }: SearchGround,
  pieces: readonly Piece[],
  count: number,
): Promise<Cut | undefined> {
  const elements = elementsIn(pieces);
  const shares = shareOut(pieces, crew.size);
  const look = (verb: 'kept' | 'sample' | 'collect' | 'around', numbersOf: (thread: number) => number[]) =>
    crew.look(
      verb,
      shares.map((share, thread) => ({ pieces: share, numbers: numbersOf(thread) })),
    );
  const here = elements < FEWEST_SAMPLED_APART;
  const kept = sum(here ? crew.hands.kept(pieces) : (await look('kept', () => [])).flat());
  if (kept <= FEW) return undefined;
  const room = roomOf(kept, crew.size);
  const table = arena.allocate(TABLE + room * crew.size);
  const pool = table + TABLE;
  /** What each thread wrote to its room, moved together. */
  const joined = (counts: readonly number[]): number => {
    const heap = new Int32Array(memory.buffer, pool, (room * crew.size) / 4);
    let end = counts[0]!;
    for (let thread = 1; thread < counts.length; thread += 1) {
      const from = (thread * room) / 4;
      heap.copyWithin(end, from, from + counts[thread]!);
      end += counts[thread]!;
    }
    return end;
  };
  let held = 0;
  try {
    return await awaitBracket(
      {
        async sample(most) {
          // The sample takes half of each room: what is moved about in selecting goes behind it.
          if (here) {
            held = crew.hands.sample(pieces, [most, pool, (room * crew.size) / 2])[0]!;
            return held;
          }
          const drawn = await look('sample', (thread) => [
            Math.round((most * elementsIn(shares[thread]!)) / elements),
            pool + thread * room,
            room / 2,
          ]);
          held = joined(drawn.map(([drew]) => drew!));
          return held;
        },
        likeness: (magnitude) => likeness(new Int32Array(memory.buffer, pool, held), magnitude),
        sampleAt: (rank) => crew.hands.select([], [pool, held, rank, 0, 31, pool + 4 * held, table])[0]!,
        async collect(low, high) {
          const found = await look('collect', (thread) => [low, high, pool + thread * room, room]);
          if (found.some(([fits]) => fits === 0)) return undefined;
          held = joined(found.map(([, , wrote]) => wrote!));
          return { above: sum(found.map(([, above]) => above!)), collected: held };
        },
        selectCollected(rank, low, high) {
          const bits = 32 - Math.clz32(high - low - 2);
          const [magnitude, tie] = crew.hands.select([], [pool, held, rank, low + 1, bits, pool, table]);
          return { magnitude: magnitude!, rank: tie! };
        },
        async countAround(magnitude) {
          const counts = await look('around', () => [magnitude]);
          return {
            below: sum(counts.map(([below]) => below!)),
            equal: sum(counts.map(([, equal]) => equal!)),
          };
        },
      },
      { elements, kept, rank: count },
    );
  } finally {
    arena.release(table);
  }
}

/** Bytes for one thread to write to: twice its part of the sample, or all that is collected, which may be its alone. */
function roomOf(kept: number, threads: number): number {
  const sample = 2 * (Math.ceil(sampleSize(kept) / threads) + 2 * CLUSTER * BATCH);
  return Math.ceil((4 * Math.max(sample, expectedInside(kept))) / 64) * 64;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
