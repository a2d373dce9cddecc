import { type CutGroup, findCutByCounting, type Item, type TensorBackend } from '@synaprune/core';
import { createCutCounter, fullMask, type HostMask } from '@synaprune/host';
import { selectInStretches, storedBackend, storedLoops } from '@synaprune/host/stored';
import { readValues, type StreamedWeight } from './streamed-weight.js';
import { forEachStretch, type StreamItem, sampleOf } from './stretches.js';

/** Cuts counted in one pass: three passes over the elements find any. */
const CUTS_PER_PASS = 2047;

/**
 * A backend for weights that are larger than memory: they are read a stretch at a time, once to choose and once to be
 * written, on masks of one bit an element. Patterns are chosen with one weight in memory at a time.
 */
export function streamBackend(): TensorBackend<StreamedWeight, HostMask> {
  const { countKept, readMask, writeMask, disposeMask, combine } = storedBackend();
  let last: Promise<unknown> = Promise.resolve();
  // One pass at a time: passes side by side would each want a stretch, and the disk gains nothing.
  const inTurn = <Value>(work: () => Promise<Value>): Promise<Value> => {
    const next = last.then(work, work);
    last = next;
    return next;
  };
  const countBelow = async (items: readonly StreamItem[], magnitudes: readonly number[]) => {
    const perItem: number[][] = [];
    for (const item of items) perItem.push(await countItem(item, magnitudes));
    return magnitudes.map((_, m) => perItem.map((counts) => counts[m]!));
  };
  const byCounting = findCutByCounting(countBelow, { cutsPerRound: CUTS_PER_PASS });
  return {
    contract: 1,
    manifest: {
      name: 'file',
      scores: ['magnitude', 'tensor', 'random'],
      subnormals: 'ordered',
      nanPayloads: 'ordered',
      enforceWaits: true,
    },
    shape: ({ shape }) => shape,
    createMask: ({ elements }) => fullMask(elements),
    disposeMask,
    readMask,
    writeMask,
    countKept,
    countBelow: (items, magnitudes) => inTurn(() => countBelow(items, magnitudes)),
    findCut: (items, count) =>
      inTurn(async () => {
        const kept = (await countKept(items.map(({ mask }) => mask))).reduce((sum, each) => sum + each, 0);
        const elements = items.reduce((sum, { weight }) => sum + weight.elements, 0);
        const stretches = {
          elements,
          kept,
          sample: (most: number) => sampleOf(items, most),
          forEach: async (visit: Parameters<Parameters<typeof selectInStretches>[0]['forEach']>[0]) => {
            for (const item of items) await forEachStretch(item, ({ part }) => visit(part));
          },
        };
        return (await selectInStretches(stretches, count)) ?? byCounting(items, count);
      }),
    drop: (groups) => inTurn(() => dropAll(groups, false)),
    dropAndEnforce: (groups) => inTurn(() => dropAll(groups, true)),
    enforce: (items) =>
      inTurn(async () => {
        for (const { weight, mask } of items)
          await writeDropped({ weight, mask, score: { kind: 'magnitude' } });
      }),
    read: (weight) => inTurn(() => readValues(weight)),
    ...(combine === undefined ? {} : { combine }),
  };
}

async function countItem(item: StreamItem, magnitudes: readonly number[]): Promise<number[]> {
  const counter = createCutCounter(magnitudes);
  let bits = new Int32Array(0);
  await forEachStretch(item, ({ part: { elements, ranking, words } }) => {
    if (ranking instanceof Int32Array) counter.add(ranking, words);
    else {
      if (bits.length < elements) bits = new Int32Array(elements);
      ranking(0, elements, bits);
      counter.add(bits.subarray(0, elements), words);
    }
  });
  return counter.counts();
}

/** Drops what the cuts take, and writes the weights too if that is asked for. When anything fails, masks are as before. */
async function dropAll(
  groups: readonly CutGroup<StreamedWeight, HostMask>[],
  writes: boolean,
): Promise<void> {
  const undo: (() => void)[] = [];
  const { drop } = storedLoops();
  const alone = groups.every(({ items }) => items.every(({ score }) => score.kind === 'magnitude'));
  try {
    for (const { items, cut } of groups) {
      let { ties } = cut;
      for (const item of items) {
        undo.push(keepMask(item.mask));
        if (writes && alone) ties -= await writeDropped(item, { ...cut, ties });
        else {
          await forEachStretch(item, ({ part }) => {
            ties -= drop(part, cut.magnitude, ties);
          });
        }
      }
    }
    // A score may be another weight of the list: then nothing is written before every choice is made.
    if (!writes || alone) return;
    for (const { items } of groups) {
      for (const { weight, mask } of items)
        await writeDropped({ weight, mask, score: { kind: 'magnitude' } });
    }
  } catch (error) {
    for (const each of undo) each();
    throw error;
  }
}

/** Brings a mask back to what it is now. One that keeps everything, as those of a new file do, is not copied. */
function keepMask({ words, elements }: HostMask): () => void {
  const isFull = storedLoops().countKept(words) === elements;
  const before = isFull ? undefined : words.slice();
  return () => words.set(before ?? fullMask(elements).words);
}

/** Writes a weight with what its mask drops as zero, after a cut if there is one; the ties that the cut used. */
async function writeDropped(
  item: Item<StreamedWeight, HostMask>,
  cut: { readonly magnitude: number; readonly ties: number } = { magnitude: 0, ties: 0 },
): Promise<number> {
  const { weight } = item;
  let left = cut.ties;
  weight.zeros.before = 0;
  weight.zeros.after = 0;
  await forEachStretch(
    item,
    (stretch) => {
      const { before, after, ties } = stretch.dropAndZero(cut.magnitude, left);
      weight.zeros.before += before;
      weight.zeros.after += after;
      left -= ties;
    },
    weight.write,
  );
  return cut.ties - left;
}
