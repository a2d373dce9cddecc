import {
  type CutGroup,
  type Item,
  LARGEST_MAGNITUDE,
  type PooledItem,
  type TensorBackend,
} from '@synaprune/core';
import { describe, elementsOf } from '@synaprune/core/checks';
import { fullMask, type HostMask, type HostWeight } from '../host-weight.js';
import type { Arena } from './arena.js';
import type { Crew } from './crew.js';
import { createDropping } from './dropping.js';
import { findCutOn } from './find-cut.js';
import { AT_RANDOM, elementsIn, type Piece, shareOut } from './pieces.js';

/* Which verb is done by the threads, and which here. */

type Backend = TensorBackend<HostWeight, HostMask>;

/** Above every magnitude. */
const EVERYTHING = LARGEST_MAGNITUDE + 1;

/** Times as many elements are dealt to threads where only the bits of their masks are looked at. */
const BITS = 32;

/** A piece of which only the mask is looked at. */
const NOWHERE = { data: 0, ranking: 0, seed: 0, first: 0 } as const;

/** What {@link sharedVerbs} stands on. */
export interface Ground {
  readonly memory: WebAssembly.Memory;
  readonly arena: Arena;
  readonly crew: Crew;
  /** Elements from which on a verb is dealt to the threads. */
  readonly few: number;
  /** Does what threads do not. */
  readonly inner: Backend;
}

/** The verbs of a backend over a shared memory, one after another in the order of their calls. */
export function sharedVerbs({ memory, arena, crew, few, inner }: Ground): {
  readonly backend: Backend;
  /** Once all that was asked is done. */
  idle(): Promise<void>;
} {
  /** Pointers to the words of masks in the memory. */
  const places = new WeakMap<HostMask, number>();
  const pooled = new WeakSet<HostWeight>();
  const dropping = createDropping(crew);

  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <Result>(work: () => Result): Promise<Awaited<Result>> => {
    const turn = last.then(work);
    last = turn.catch(() => {});
    return turn as Promise<Awaited<Result>>;
  };

  const placeOf = (weight: HostWeight): number | undefined =>
    'memory' in weight && weight.memory === memory ? weight.byteOffset : undefined;
  /** An item as threads see it: `undefined` when any of it lies elsewhere. */
  const pieceOf = ({ weight, mask, score }: Item<HostWeight, HostMask>): Piece | undefined => {
    const data = placeOf(weight);
    const words = places.get(mask);
    const ranking =
      score.kind === 'random' ? AT_RANDOM : score.kind === 'tensor' ? placeOf(score.tensor) : data;
    if (data === undefined || words === undefined || ranking === undefined) return undefined;
    const seed = score.kind === 'random' ? score.seed : 0;
    return { data, words, elements: mask.elements, ranking, seed, first: 0 };
  };
  /**
   * Does a verb on the threads where all its items lie in the memory and are enough, else on this thread. Once a thread
   * was lost, nothing is chosen nor changed any more; what is there can still be looked at, reported and saved.
   */
  const dealt = <Result>(
    items: readonly Item<HostWeight, HostMask>[],
    onThreads: (pieces: readonly Piece[]) => Promise<Result>,
    here: () => Result | Promise<Result>,
    looksOnly = false,
  ): Promise<Result> =>
    inTurn(async () => {
      if (!looksOnly) crew.requireAll();
      const pieces = items.map(pieceOf).filter((piece) => piece !== undefined);
      return pieces.length < items.length || elementsIn(pieces) < few ? here() : onThreads(pieces);
    });
  const itemsOf = (groups: readonly CutGroup<HostWeight, HostMask>[]) => groups.flatMap(({ items }) => items);
  const byMagnitude = { kind: 'magnitude' } as const;
  const maskPieceOf = (mask: HostMask): Piece | undefined => {
    const words = places.get(mask);
    return words === undefined ? undefined : { ...NOWHERE, words, elements: mask.elements };
  };
  /** As `[magnitude][piece]`. */
  const countBelow = async (
    pieces: readonly Piece[],
    magnitudes: readonly number[],
  ): Promise<readonly (readonly number[])[]> => {
    const shares = shareOut(
      pieces.map((piece, place) => ({ ...piece, place })),
      crew.size,
    );
    const answers = await crew.finish(
      'below',
      shares.map((share) => ({ pieces: share, numbers: magnitudes })),
    );
    const counts = magnitudes.map(() => pieces.map(() => 0));
    for (const [thread, share] of shares.entries()) {
      for (const [p, { place }] of share.entries()) {
        for (const m of counts.keys()) counts[m]![place]! += answers[thread]![m * share.length + p]!;
      }
    }
    return counts;
  };

  const backend: Backend = {
    ...inner,
    manifest: { ...inner.manifest, name: 'host, threads', enforceWaits: true },
    extent: (weight) => {
      const extent = inner.extent!(weight);
      // A shared memory that has grown has another buffer, over the same bytes.
      return placeOf(weight) === undefined ? extent : { ...extent, memory };
    },
    createMask(weight) {
      if (pooled.has(weight)) return inner.createMask(weight);
      if (placeOf(weight) === undefined) {
        throw new TypeError(
          'a weight of a threaded backend is { memory, byteOffset, shape } in its own memory, also where an array over it ' +
            `exists already; got ${describe(weight)}`,
        );
      }
      const elements = elementsOf(inner.shape(weight));
      const length = Math.ceil(elements / 32);
      const pointer = arena.allocate(4 * length);
      const mask: HostMask = { words: new Int32Array(memory.buffer, pointer, length), elements };
      mask.words.set(fullMask(elements).words);
      places.set(mask, pointer);
      return mask;
    },
    disposeMask(mask) {
      const pointer = places.get(mask);
      // After what may still look at it.
      if (pointer !== undefined && places.delete(mask)) void inTurn(() => arena.release(pointer));
    },
    countKept: (masks) =>
      inTurn(async () => {
        const pieces = masks.map(maskPieceOf).filter((piece) => piece !== undefined);
        if (pieces.length < masks.length) return inner.countKept(masks);
        // Bits are counted faster than a thread is told to.
        if (elementsIn(pieces) < few * BITS) return crew.hands.kept(pieces);
        return (await countBelow(pieces, [EVERYTHING]))[0]!;
      }),
    countBelow: (items, magnitudes) =>
      dealt(
        items,
        (pieces) => countBelow(pieces, magnitudes),
        async () => inner.countBelow(items, magnitudes),
        true,
      ),
    findCut: (items, count) =>
      dealt(
        items,
        async (pieces) =>
          (await findCutOn({ memory, arena, crew }, pieces, count)) ?? inner.findCut(items, count),
        () => inner.findCut(items, count),
      ),
    drop: (groups) =>
      dealt(
        itemsOf(groups),
        (pieces) => dropping.drop(groups, pieces, false),
        () => inner.drop(groups),
      ),
    enforce: (items) =>
      dealt(
        items.map((item) => ({ ...item, score: byMagnitude })),
        dropping.zero,
        () => inner.enforce(items),
      ),
    dropAndEnforce: (groups) =>
      dealt(
        itemsOf(groups),
        async (pieces) => {
          // A score may be another weight of the list: then nothing is zeroed before every choice is made.
          const alone = itemsOf(groups).every(({ score }) => score.kind === 'magnitude');
          await dropping.drop(groups, pieces, alone);
          if (!alone) await dropping.zero(pieces);
        },
        () => inner.dropAndEnforce!(groups),
      ),
    async pool(items, blocks) {
      const made = await inner.pool!(items, blocks);
      for (const { weight } of made as readonly PooledItem[]) pooled.add(weight);
      return made;
    },
  };
  return {
    backend,
    idle: async () => {
      await last;
    },
  };
}
