import type { InferenceSession } from 'onnxruntime-common';
import type { Feeds } from '../inputs/given-samples.js';
import { run } from '../runtime/run.js';

/** How long two models take, in milliseconds a run. */
export interface Times {
  /** Median of all runs. */
  readonly before: number;
  readonly after: number;
  /** Median over the rounds of how many times faster the second one was than the first, one after the other. */
  readonly speedup: number;
  /** Runs of each. */
  readonly rounds: number;
}

/** Two sessions that are compared. */
export interface Both {
  readonly before: InferenceSession;
  readonly after: InferenceSession;
}

/** What bounds the rounds: a machine that is busy for a moment spoils few of many. */
const MOST_ROUNDS = 300;
const FEWEST_ROUNDS = 5;
const BUDGET_MS = 3_000;

/**
 * Runs both in turn, so that what else the machine does falls on both alike, each round the next sample, and who comes
 * first changes from round to round. Both have run every sample before: what a runtime does once is not counted.
 */
export async function timeBoth(
  { before, after }: Both,
  samples: readonly Feeds[],
  signal: AbortSignal | undefined,
  onRound: (done: number) => void = () => {},
): Promise<Times> {
  const times: { readonly before: number; readonly after: number }[] = [];
  const started = performance.now();
  while (times.length < MOST_ROUNDS) {
    if (times.length >= FEWEST_ROUNDS && performance.now() - started > BUDGET_MS) break;
    signal?.throwIfAborted();
    const feeds = samples[times.length % samples.length]!;
    const first = times.length % 2 === 0;
    const one = await timeOne(first ? before : after, feeds);
    const two = await timeOne(first ? after : before, feeds);
    times.push(first ? { before: one, after: two } : { before: two, after: one });
    onRound(times.length);
  }
  return {
    before: median(times.map((each) => each.before)),
    after: median(times.map((each) => each.after)),
    speedup: median(times.map((each) => each.before / each.after)),
    rounds: times.length,
  };
}

async function timeOne(session: InferenceSession, feeds: Feeds): Promise<number> {
  const start = performance.now();
  // Answers come to main memory, so that a GPU has finished too.
  await run(session, 'the model', feeds);
  return performance.now() - start;
}

/** The middle of some numbers, or the mean of the two in the middle. */
export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
