import { PruneError } from '@synaprune/core';
import { describe, requireOptions } from '@synaprune/core/checks';
import type { Tensor } from 'onnxruntime-common';
import { run } from '../runtime/run.js';
import type { StepSizes } from '../sessions/step-sessions.js';
import { settleState } from '../state/training-state.js';
import type { BatchFeeds, Place } from './batch-feeds.js';
import type { Training } from './open-training.js';
import { ownBatch } from './own-batch.js';
import type { Batch, StepOfMany } from './trainer-api.js';

/** Gradients that have come together. */
export interface GatheredGradients {
  /** What makes the gradient of the step of the sums. */
  readonly scale: number;
  readonly loss: number;
  /** By weight. */
  readonly sums: ReadonlyMap<string, Tensor>;
  /** Statistics as the last batch left them. */
  readonly buffers: ReadonlyMap<string, Tensor>;
  /** Of the last batch. */
  readonly sizes: StepSizes;
  /** Gives the sums back, and the statistics unless they were taken over. */
  discard(taken: boolean): void;
}

/** Whether a step is told several batches. */
export function isOfMany(batch: unknown): batch is StepOfMany {
  return typeof batch === 'object' && batch !== null && 'batches' in batch;
}

/** What a step of many batches is told. @throws TypeError where it is neither a list nor anything that gives batches */
export function requireMany(given: StepOfMany): NonNullable<StepOfMany['reduce']> {
  requireOptions('step', '', given, ['batches', 'reduce', 'learningRate']);
  const { batches, reduce = 'mean' } = given;
  const source: object = Object(batches);
  if (!(Symbol.iterator in source || Symbol.asyncIterator in source)) {
    throw new TypeError(
      `step needs batches to be a list of batches, or to give them, got ${describe(batches)}`,
    );
  }
  if (reduce !== 'mean' && reduce !== 'sum') {
    throw new RangeError(`step needs reduce to be "mean" or "sum", got ${describe(reduce)}`);
  }
  return reduce;
}

/**
 * Adds up the gradients of batches, with weights and masks as they are now.
 *
 * @throws TypeError | RangeError when a batch does not fit, or there is none; nothing has changed then but masks
 * @throws PruneError `unsupported` where the loss is made of means that no mean of batches gives
 */
export async function gatherGradients(
  { memory, state, first, sessions }: Training,
  feeds: BatchFeeds,
  batches: StepOfMany['batches'],
  reduce: 'mean' | 'sum',
  place: Omit<Place, 'nth'>,
  beforeStep: () => Promise<void>,
): Promise<GatheredGradients> {
  const sums = new Map<string, Tensor>();
  const buffers = new Map<string, Tensor>();
  const replace = (of: Map<string, Tensor>, name: string, tensor: Tensor): void => {
    const old = of.get(name);
    of.set(name, tensor);
    if (old !== undefined) memory.discard(old);
  };
  const discard = (taken: boolean): void => {
    for (const tensor of sums.values()) memory.discard(tensor);
    if (!taken) for (const tensor of buffers.values()) memory.discard(tensor);
  };
  let [nth, total, losses, lastCount] = [0, 0, 0, 0];
  let shares: string | undefined;
  let sizes: StepSizes = {};
  // Of a list all at once, of what gives them one after another, each as it is given.
  const isList = Array.isArray(batches);
  const own: typeof batches = isList
    ? (batches as readonly Batch[]).map((batch) => ownBatch(batch))
    : batches;
  try {
    for await (const batch of own) {
      requireOptions('step', `batches[${nth}]`, batch, ['inputs', 'targets', 'sampleWeights']);
      const { loaded, feeds: given } = await feeds.of(
        isList ? batch : ownBatch(batch),
        'gradients',
        { ...place, nth },
        async ({ step }) => {
          if (nth > 0) return;
          if (reduce === 'mean') requireAlike(step.gathers!.shares);
          await beforeStep();
        },
      );
      const { step, session } = loaded;
      if (nth === 0) {
        await settleState(first, state, memory);
        // What an update cannot do is said before a gradient is computed.
        await sessions.update(loaded.sizes);
      }
      const gathers = step.gathers!;
      if (reduce === 'mean') {
        requireAlike(gathers.shares, shares);
        shares = JSON.stringify(gathers.shares);
      }
      for (const { name, shape, input, mask, sum } of gathers.weights) {
        const cell = state.weights.get(name)!;
        given[input] = cell.tensor;
        if (mask !== undefined) given[mask] = memory.mask(cell);
        if (!sums.has(name)) sums.set(name, memory.create(shape));
        given[sum.input] = sums.get(name)!;
      }
      for (const { name, input } of step.buffers) {
        given[input] = buffers.get(name) ?? state.buffers.get(name)!.tensor;
      }
      given[gathers.byCount] = feeds.scalar(reduce === 'mean' ? 1 : 0);
      const asked = [step.loss, gathers.count, ...loaded.fetches];
      const results = await run(session, 'the gradients', given, asked);
      sessions.lend(session);
      for (const { name, sum } of gathers.weights) replace(sums, name, results[sum.output]!);
      for (const { name, output } of step.buffers) replace(buffers, name, results[output]!);
      const numberOf = (output: string) => (results[output]!.data as Float32Array)[0]!;
      const count = reduce === 'mean' ? numberOf(gathers.count) : 1;
      if (reduce === 'mean' && feeds.isOfOutput && nth > 0 && count === 1 && lastCount === 1) {
        requireAlikeShapes(sizes, loaded.sizes);
      }
      lastCount = count;
      total += count;
      // A batch in which nothing counts has no loss, and adds nothing.
      if (count !== 0) losses += count * numberOf(step.loss);
      sizes = loaded.sizes;
      nth += 1;
    }
    if (nth === 0) throw new TypeError('step needs batches to give one or more, got none');
    const mean = reduce === 'mean';
    const scale = mean ? (total === 0 ? 0 : 1 / total) : 1;
    if (!Number.isFinite(Math.fround(scale))) {
      throw new RangeError(
        `step needs sampleWeights of several batches with a sum that float32 can divide by, got ${total}: multiply all by one factor`,
      );
    }
    return {
      scale,
      loss: mean ? losses / total : losses,
      sums,
      buffers,
      sizes,
      discard,
    };
  } catch (error) {
    discard(false);
    throw error;
  }
}

function requireAlike(shares: readonly number[] | undefined, before = JSON.stringify(shares)): void {
  if (shares !== undefined && JSON.stringify(shares) === before) return;
  const why =
    shares === undefined
      ? 'terms of the loss are means by weights of their own'
      : `terms of the loss are means over parts that differ from batch to batch, ${before} and ${JSON.stringify(shares)}`;
  throw new PruneError(
    'unsupported',
    `${why}, so that no mean of batches is that of them as one; take one term, batches that are alike, or reduce: 'sum'`,
  );
}

/** An output of one element says nothing of how large the batch was that the model averaged. */
function requireAlikeShapes(before: StepSizes, now: StepSizes): void {
  const [one, other] = [JSON.stringify(before.inputs), JSON.stringify(now.inputs)];
  if (one === other) return;
  throw new PruneError(
    'unsupported',
    `the loss is an output of one element, which does not say how much a batch counts, and batches have the shapes ${one} and ${other}; ` +
      "take batches of equal shapes, or reduce: 'sum'",
  );
}
