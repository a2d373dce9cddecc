/** How a timing looks at the clock, and what it lets happen between two rounds. */
export interface TimingOptions {
  /** Milliseconds since some moment. */
  readonly now?: () => number;
  /** Awaited after each round: a page stays answerable. */
  readonly between?: () => Promise<void>;
}

/** A sample is as many calls as last this long together: browsers round their clocks, to a tenth of a millisecond and coarser. */
const SAMPLE_MS = 4;
/** Before it is timed a way runs this long: programs get faster as they are compiled. */
const WARM_MS = 150;
const ROUNDS = 25;
/** What all rounds may take; work that is slow has fewer of them. */
const BUDGET_MS = 600;
const FEWEST_ROUNDS = 5;
/** Where a clock stands still. */
const MOST_CALLS = 2 ** 16;

/**
 * Milliseconds of one call of each way to do the same: medians of rounds in which the ways take turns, so that what else
 * the machine does falls on all alike. Who comes first changes from round to round. Each way has run for a while before.
 */
export async function timeInTurns(
  ways: readonly (() => void)[],
  { now = () => performance.now(), between = async () => {} }: TimingOptions = {},
): Promise<number[]> {
  const timeOf = (way: () => void, calls: number): number => {
    const started = now();
    for (let call = 0; call < calls; call += 1) way();
    return (now() - started) / calls;
  };
  const calls = ways.map((way) => warmUp((count) => count * timeOf(way, count)));
  const samples: number[][] = ways.map(() => []);
  const started = now();
  for (let round = 0; round < ROUNDS; round += 1) {
    if (round >= FEWEST_ROUNDS && now() - started > BUDGET_MS) break;
    const order = ways.map((_, i) => (i + round) % ways.length);
    for (const i of order) samples[i]!.push(timeOf(ways[i]!, calls[i]!));
    await between();
  }
  return samples.map(medianOf);
}

/** The middle of a list; of two middle ones the mean. */
export function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}

/** Runs a way until it is warm; answers how many calls a sample needs, a power of two. */
function warmUp(timeOf: (calls: number) => number): number {
  let [calls, spent] = [1, 0];
  for (;;) {
    const time = timeOf(calls);
    spent += time;
    if (spent >= WARM_MS && time >= SAMPLE_MS) return calls;
    if (time < SAMPLE_MS) {
      if (calls >= MOST_CALLS) return calls;
      calls *= 2;
    }
  }
}
