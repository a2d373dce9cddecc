import type { Awaitable } from '@synaprune/core';
import type { Part, Selected } from './kernels.js';

/*
 * Exact selection in about one pass. A small sample says between which two magnitudes the answer almost surely
 * lies; one pass counts what is above the lower and collects what lies strictly between; the answer is then
 * selected among the few collected. When the sample misled, the bracket moves and the pass is repeated, so the
 * result is exact always and only the time is a matter of luck. Ties pile up on the bracket's own ends, which
 * are counted and never collected, so equal weights cost no memory.
 */

/** What a bracket needs from an implementation, now or later. Ranks count from 0. */
export interface AwaitedPasses {
  /**
   * Draws up to so many elements, kept ones only, and returns how many were drawn; the sample is held until the next call
   * of `collect`.
   */
  sample(most: number): Awaitable<number>;
  /** The magnitude at a rank of the sample. */
  sampleAt(rank: number): number;
  /** How many times more the sample's share below a magnitude varies than that of single elements. 1 unless told. */
  likeness?(magnitude: number): number;
  /** Counts kept elements above `low`, and holds those below `high`. `undefined` when there is no room. */
  collect(low: number, high: number): Awaitable<Collected | undefined>;
  /** Selects among what was collected, all strictly between `low` and `high`. */
  selectCollected(
    rank: number,
    low: number,
    high: number,
  ): { readonly magnitude: number; readonly rank: number };
  /** Kept elements below and exactly at a magnitude. */
  countAround(magnitude: number): Awaitable<Around>;
}

interface Collected {
  readonly above: number;
  readonly collected: number;
}

interface Around {
  readonly below: number;
  readonly equal: number;
}

/** The same of weights in main memory, where every pass answers at once. */
export interface Passes<Each = Part> {
  sample(parts: readonly Each[], most: number): number;
  sampleAt(rank: number): number;
  likeness(magnitude: number): number;
  collect(parts: readonly Each[], low: number, high: number): Collected | undefined;
  selectCollected: AwaitedPasses['selectCollected'];
  countAround(parts: readonly Each[], magnitude: number): Around;
}

/** Fewer elements than this are ranked without a sample. */
export const FEW = 16384;

/** Most elements in a sample. */
const MOST_SAMPLED = 2 ** 18;

/** Elements in the sample for `kept` elements. */
export function sampleSize(kept: number): number {
  return Math.min(MOST_SAMPLED, Math.max(4096, Math.round(1.5 * kept ** (2 / 3))));
}

/** Elements strictly inside the bracket, at most, unless the sample misled. */
export function expectedInside(kept: number): number {
  // The bracket is widest, in ranks of the sample, in the middle: 2 · (3.2 · √c / 2 + 4) of c. How many elements
  // lie between two of its members varies by some per cent more, the fewer the members between them.
  const sample = sampleSize(kept);
  return Math.ceil((1.25 * kept * (3.2 * Math.sqrt(sample) + 10)) / sample) + 512;
}

/**
 * The `rank`-th smallest magnitude (from 1) among the kept elements of all parts.
 *
 * @param kept how many kept elements there are
 * @param fallback selects when a bracket holds more than there is room for
 */
export function selectByBracket<Each extends Pick<Part, 'elements'>>(
  passes: Passes<Each>,
  parts: readonly Each[],
  kept: number,
  rank: number,
  fallback: (parts: readonly Each[], rank: number) => Selected,
): Selected {
  const elements = parts.reduce((sum, part) => sum + part.elements, 0);
  const search = searchBracket(
    {
      ...passes,
      sample: (most) => passes.sample(parts, most),
      collect: (low, high) => passes.collect(parts, low, high),
      countAround: (magnitude) => passes.countAround(parts, magnitude),
    },
    { elements, kept, rank },
  );
  let step = search.next();
  while (step.done !== true) step = search.next(step.value);
  return step.value ?? fallback(parts, rank);
}

/** The same where passes have to wait. @returns `undefined` when a bracket holds more than there is room for */
export async function awaitBracket(passes: AwaitedPasses, sought: Sought): Promise<Selected | undefined> {
  const search = searchBracket(passes, sought);
  let step = search.next();
  while (step.done !== true) step = search.next(await step.value);
  return step.value;
}

/** What is looked for. */
interface Sought {
  readonly elements: number;
  readonly kept: number;
  /** From 1. */
  readonly rank: number;
  /** Standard deviations of the sample to each side of the bracket. */
  readonly deviations?: number;
}

/** A search that hands out what a pass answers, and goes on with it once it is there. */
type Search<Result> = Generator<unknown, Result, unknown>;

function* answerOf<Value>(value: Awaitable<Value>): Search<Value> {
  return (yield value) as Value;
}

function* searchBracket(
  passes: AwaitedPasses,
  { elements, kept, rank, deviations = DEVIATIONS }: Sought,
): Search<Selected | undefined> {
  const target = rank - 1;
  // Dropped neighbours are drawn in vain, so more are drawn where there are many.
  const most = Math.min(MOST_SAMPLED, Math.round((sampleSize(kept) * elements) / kept));
  const drawn = yield* answerOf(passes.sample(most));
  const part = target / kept;
  let margin = deviations * Math.sqrt(drawn * part * (1 - part)) + 4;
  let [low, high] = bracketOf(passes, drawn, part, margin);
  const likeness = passes.likeness?.(low < 0 ? high : low) ?? 1;
  // More than there is room for would be collected in vain.
  const wider = Math.min(margin * Math.sqrt(likeness), (0.4 * drawn * expectedInside(kept)) / kept);
  if (wider > WORTH * margin) {
    margin = wider;
    [low, high] = bracketOf(passes, drawn, part, margin);
  }
  /** Another bracket of the same sample, which what was collected has taken the place of. */
  function* again(width: number): Search<[low: number, high: number]> {
    return bracketOf(passes, yield* answerOf(passes.sample(most)), part, width);
  }
  // Whether the answer is known to lie above `low`.
  let above = low < 0;
  let [tooMuch, beside] = [false, false];
  for (;;) {
    if (high - low > 1) {
      const found = yield* answerOf(passes.collect(low, high));
      if (found === undefined) {
        if (tooMuch || beside) return undefined;
        // Where neighbours are alike, as many more may lie inside than a sample can say. Of half as wide a bracket, fewer do.
        tooMuch = true;
        margin /= 2;
        [low, high] = yield* again(margin);
        above = low < 0;
        continue;
      }
      const inside = target - (kept - found.above);
      if (inside >= 0 && inside < found.collected) {
        const selected = passes.selectCollected(inside, low, high);
        return { magnitude: selected.magnitude, ties: selected.rank + 1 };
      }
      above = inside >= 0;
    }
    // The answer is at an end of the bracket, or beyond it.
    const end = above ? high : low;
    const { below, equal } = yield* answerOf(passes.countAround(end));
    if (target >= below && target < below + equal) return { magnitude: end, ties: target - below + 1 };
    // What lies beside the bracket for another two margins has as much room as the bracket had.
    const [lower, upper] = beside ? [-1, LAST] : yield* again(3 * margin);
    beside = true;
    if (target < below) [low, high] = [lower < end ? lower : -1, end];
    else [low, high] = [end, end < high ? high : upper > end ? upper : LAST];
    above = low === end || low < 0;
  }
}

/** Lies above every magnitude that a search may end at from below. */
const LAST = 0x7fffffff;

/** So many times wider a bracket has to be to be looked up again. */
const WORTH = 1.1;

/** Standard deviations of a sample of single elements that enclose the answer, almost surely. */
const DEVIATIONS = 3.2;

/**
 * Two magnitudes that enclose the answer, almost surely: so many ranks of the sample to each side of `part` of the way up
 * in it.
 */
function bracketOf(
  passes: AwaitedPasses,
  drawn: number,
  part: number,
  margin: number,
): [low: number, high: number] {
  const first = Math.floor(part * drawn - margin);
  const last = Math.ceil(part * drawn + margin);
  return [first < 0 ? -1 : passes.sampleAt(first), last >= drawn ? LAST : passes.sampleAt(last)];
}
