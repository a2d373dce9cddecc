import * as tf from '@tensorflow/tfjs-core';
import type { BatchTensors } from '../inputs/model-batches.js';
import { type RunnableModel, runModel } from './answer.js';

/** How long two models take, in milliseconds a run. */
export interface Times {
  /** Median of all runs. */
  readonly before: number;
  readonly after: number;
  /** Median over the rounds of how many times faster the second one was than the first, one after the other. */
  readonly speedup: number;
}

/** What bounds the rounds: a machine that is busy for a moment spoils few of many. */
const MOST_ROUNDS = 30;
const FEWEST_ROUNDS = 5;
const BUDGET_MS = 1_500;

/**
 * Runs both in turn, so that what else the machine does falls on both alike, each round the next batch, and who comes first
 * changes from round to round. Every batch is run before it counts: what a backend does once is not counted.
 */
export async function timeBoth(
  before: RunnableModel,
  after: RunnableModel,
  batches: readonly BatchTensors[],
  signal: AbortSignal | undefined,
): Promise<Times> {
  for (const model of [before, after]) await timeOne(model, batches[0]!);
  const times: { readonly before: number; readonly after: number }[] = [];
  const started = performance.now();
  while (times.length < MOST_ROUNDS) {
    if (times.length >= FEWEST_ROUNDS && performance.now() - started > BUDGET_MS) break;
    signal?.throwIfAborted();
    const batch = batches[times.length % batches.length]!;
    const first = times.length % 2 === 0;
    const one = await timeOne(first ? before : after, batch);
    const two = await timeOne(first ? after : before, batch);
    times.push(first ? { before: one, after: two } : { before: two, after: one });
  }
  return {
    before: median(times.map((each) => each.before)),
    after: median(times.map((each) => each.after)),
    speedup: median(times.map((each) => each.before / each.after)),
  };
}

async function timeOne(model: RunnableModel, batch: BatchTensors): Promise<number> {
  const start = performance.now();
  const outputs = await runModel(model, batch);
  // Answers come to main memory, so that a GPU has finished too.
  for (const output of outputs) await output.data();
  const end = performance.now();
  tf.dispose(outputs);
  return end - start;
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
