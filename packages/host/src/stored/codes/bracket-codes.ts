import { LARGEST_MAGNITUDE } from '@synaprune/core';
import { FEW, type Passes, selectByBracket } from '../../bracket.js';
import { BATCH, CLUSTER, chooseClusters, compact, likeness } from '../../sample.js';
import type { Scratch } from '../../scratch.js';
import { selectAmong } from '../../select-among.js';
import { type CodeBook, magnitudesOf, rowsOf, tableSize } from './code-book.js';
import { countBelow, type Lanes, lanesOf } from './code-lanes.js';
import { type CodeLoops, count, type MaskedRun } from './code-loops.js';
import type { Distances } from './distances.js';
import { byBook, selectCodes } from './select-codes.js';

/* The exact cut through codes: a sample says where about it is, and one pass counts around that. */

/**
 * Of four cuts, how many kept elements are below each; adds up how often each distance between the second and the third
 * occurs. `undefined` where there is no room.
 */
type CountAround = (run: MaskedRun, lanes: Lanes, counts: Uint32Array) => Int32Array | undefined;

/**
 * A sample is an eighth of what it is for weights of float32: what lies in a bracket is counted and not collected, which is
 * so cheap that a wider one costs less than more of a sample.
 */
const LEAST_SAMPLED = 4096;
/** Magnitudes that are looked up at a time to draw a sample, and those that are counted one by one. */
const MOST_LOOKED_UP = 1 << 20;
const MOST_COUNTED = 1 << 16;

/** Selects by a bracket, as weights of float32 are; where that would take too much room, by counting all there are. */
export function createSelect(scratch: Scratch, around: CountAround): CodeLoops['select'] {
  return (runs, kept, rank) => {
    const whole = () => selectCodes(runs, rank);
    const large = runs.some(({ book }) => tableSize(book) > MOST_LOOKED_UP);
    if (kept <= FEW || large) return whole();
    return selectByBracket(createPasses(scratch, around, kept), runs, kept, rank, whole);
  };
}

/** What one pass counted. */
interface Counted {
  readonly low: number;
  readonly high: number;
  readonly belowLow: number;
  readonly upToLow: number;
  readonly belowHigh: number;
  readonly upToHigh: number;
  /** Magnitudes strictly between, of each book in any order, and how often each occurs. */
  readonly between: readonly { readonly magnitudes: Int32Array; readonly counts: Uint32Array }[];
}

function createPasses(scratch: Scratch, around: CountAround, kept: number): Passes<MaskedRun> {
  let last: Counted | undefined;
  let sample: Int32Array = new Int32Array(0);
  let drawn = 0;
  const look = (runs: readonly MaskedRun[], low: number, high: number): Counted | undefined => {
    const sums = [0, 0, 0, 0];
    const between: { readonly magnitudes: Int32Array; readonly counts: Uint32Array }[] = [];
    for (const [book, own] of byBook(runs)) {
      const cuts = [low, low + 1, high, high + 1];
      const cutsOf = (row: number, { ranksOf }: Distances) => {
        const ranks = ranksOf(row);
        return cuts.map((cut) => countBelow(ranks, cut));
      };
      const lanes = lanesOf(book, cutsOf, { counts: true });
      if (lanes === undefined || lanes.counted.length > MOST_COUNTED) return undefined;
      const counts = new Uint32Array(lanes.counted.length);
      for (const run of own) {
        const found = around(run, lanes, counts);
        if (found === undefined) return undefined;
        for (let i = 0; i < 4; i += 1) sums[i]! += found[i]!;
      }
      between.push({ magnitudes: lanes.counted, counts });
    }
    const [belowLow, upToLow, belowHigh, upToHigh] = sums as [number, number, number, number];
    return { low, high, belowLow, upToLow, belowHigh, upToHigh, between };
  };
  return {
    sample(runs, usual) {
      const most = Math.max(LEAST_SAMPLED, usual >> 3);
      const twice = 2 * (most + CLUSTER);
      const table = runs.reduce((size, { book }) => Math.max(size, tableSize(book)), 0);
      // In memory that was used before: new pages of it cost more than a sample.
      const room = scratch.use(
        4 * (twice + table),
        (pointer) => scratch.heap().subarray(pointer >>> 2, (pointer >>> 2) + twice + table),
        () => new Int32Array(twice + table),
      );
      sample = room.subarray(0, twice);
      drawn = drawCodes(runs, most, sample.subarray(0, most + CLUSTER), room.subarray(twice));
      return drawn;
    },
    likeness: (magnitude) => likeness(sample.subarray(0, drawn), magnitude),
    // The sample stays as it is: what is moved about goes behind it.
    sampleAt: (rank) => {
      sample.copyWithin(drawn, 0, drawn);
      return selectAmong(sample.subarray(drawn), drawn, rank, 0, LARGEST_MAGNITUDE).magnitude;
    },
    collect(runs, low, high) {
      last = look(runs, low, high);
      if (last === undefined) return undefined;
      return { above: kept - last.upToLow, collected: last.belowHigh - last.upToLow };
    },
    selectCollected: (rank) => selectCounted(last!.between, rank),
    countAround(runs, magnitude) {
      if (last?.low === magnitude) return { below: last.belowLow, equal: last.upToLow - last.belowLow };
      if (last?.high === magnitude) return { below: last.belowHigh, equal: last.upToHigh - last.belowHigh };
      const found = look(runs, magnitude, magnitude);
      if (found !== undefined) return { below: found.belowLow, equal: found.upToLow - found.belowLow };
      const countAll = (at: number) => runs.reduce((sum, run) => sum + count(run, at), 0);
      const below = countAll(magnitude);
      return { below, equal: countAll(magnitude + 1) - below };
    },
  };
}

/** Selects among magnitudes of which each occurs so many times. */
function selectCounted(
  between: Counted['between'],
  rank: number,
): { readonly magnitude: number; readonly rank: number } {
  const found = new Map<number, number>();
  for (const { magnitudes, counts } of between) {
    for (const [i, times] of counts.entries()) {
      if (times > 0) found.set(magnitudes[i]!, (found.get(magnitudes[i]!) ?? 0) + times);
    }
  }
  let left = rank;
  for (const [magnitude, times] of [...found].sort(([a], [b]) => a - b)) {
    if (left < times) return { magnitude, rank: left };
    left -= times;
  }
  throw new RangeError(`rank ${rank} is beyond what was counted`);
}

/** Draws clusters of neighbours, as samples of other weights are drawn; returns how many magnitudes there are. */
function drawCodes(runs: readonly MaskedRun[], most: number, room: Int32Array, table: Int32Array): number {
  const starts = new Int32Array(BATCH);
  const masks = new Int32Array(BATCH);
  const magnitudes = new Int32Array(CLUSTER * BATCH);
  let last: CodeBook | undefined;
  let count = 0;
  chooseClusters(runs, most, starts, masks, (run, batch) => {
    if (count + CLUSTER * batch > room.length) return false;
    if (run.book !== last) magnitudesOf(run.book, table);
    last = run.book;
    lookUp(run, table, starts, batch, magnitudes);
    count = compact(batch, magnitudes, masks, room, count);
    return true;
  });
  return count;
}

/** The magnitudes of clusters. */
function lookUp(
  { bytes, book, first }: MaskedRun,
  table: Int32Array,
  starts: Int32Array,
  batch: number,
  into: Int32Array,
): void {
  const { rows, run } = rowsOf(book);
  const wide = book.bits === 16;
  for (let j = 0; j < batch; j += 1) {
    const start = starts[j]!;
    for (let i = start; i < start + CLUSTER; i += 1) {
      const code = wide ? bytes[2 * i]! | (bytes[2 * i + 1]! << 8) : bytes[i]!;
      const row = rows === 1 ? 0 : Math.floor((first + i) / run) % rows;
      into[CLUSTER * j + i - start] = table[(row << book.bits) + code]!;
    }
  }
}
