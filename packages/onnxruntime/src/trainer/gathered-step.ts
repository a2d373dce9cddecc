import { PruneError } from '@synaprune/core';
import { describe, requireOptions } from '@synaprune/core/checks';
import type { Tensor } from 'onnxruntime-common';
import type { Cell } from '../memory/memory.js';
import type { LoadedStep } from '../runtime/loaded-step.js';
import { runStep } from '../sessions/run-step.js';
import type { StepSession, StepSizes } from '../sessions/step-sessions.js';
import { type StepRun, settleState, takeOutputs } from '../state/training-state.js';
import type { BatchFeeds, Place } from './batch-feeds.js';
import type { Training } from './open-training.js';
import { ownBatch } from './own-batch.js';
import type { StepOfMany } from './trainer-api.js';

/** Gradients that have come together. */
export interface GatheredGradients {
  /** What makes the gradient of the step of the sums. */
  readonly scale: number;
  readonly loss: number;
  /** By weight. */
  readonly sums: ReadonlyMap<string, Cell>;
  /** Statistics as the last batch left them. */
  readonly buffers: ReadonlyMap<string, Tensor>;
  /** What updates by them. */
  readonly loaded: StepSession;
  /** What it has given already, where it is what computed them: the last batch's. */
  readonly results: StepRun['results'] | undefined;
  /** Gives the sums back, and the statistics unless they were taken over. */
  discard(taken: boolean): void;
}

/** Whether what computes gradients updates by their sums as well. */
function updatesBySums({ step, observed }: StepSession): boolean {
  return step.weights.length > 0 && observed.length === 0;
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
  update: {
    readonly beforeStep: () => Promise<void>;
    /** What an update reads that does not depend on batches. */
    scalars(step: LoadedStep): Readonly<Record<string, Tensor>>;
  },
): Promise<GatheredGradients> {
  const sums = new Map<string, Cell>();
  const buffers = new Map<string, Tensor>();
  const discard = (taken: boolean): void => {
    for (const { tensor } of sums.values()) memory.discard(tensor);
    if (!taken) for (const tensor of buffers.values()) memory.discard(tensor);
  };
  let [nth, total, losses, lastCount] = [0, 0, 0, 0];
  let shares: string | undefined;
  let last: { readonly loaded: StepSession; readonly results: StepRun['results'] } | undefined;
  // The batches of a list are the trainer's own already, those that are given one after another not yet.
  const isOwn = Array.isArray(batches);
  try {
    for await (const batch of batches) {
      requireOptions('step', `batches[${nth}]`, batch, ['inputs', 'targets', 'sampleWeights']);
      const { loaded, feeds: given } = await feeds.of(
        isOwn ? batch : ownBatch(batch),
        'gradients',
        { ...place, nth },
        async ({ step }) => {
          if (nth > 0) return;
          if (reduce === 'mean') requireAlike(step.gathers!.shares);
          await update.beforeStep();
        },
      );
      const { step, session, kernels } = loaded;
      if (nth === 0) {
        await settleState(first, state, memory);
        // What an update cannot do is said before a gradient is computed.
        if (!updatesBySums(loaded)) await sessions.update(loaded.sizes);
      }
      const gathers = step.gathers!;
      if (reduce === 'mean') {
        requireAlike(gathers.shares, shares);
        shares = JSON.stringify(gathers.shares);
      }
      const cells = new Map<string, Cell>();
      for (const { name, shape, input, mask, sum } of gathers.weights) {
        const cell = state.weights.get(name)!;
        given[input] = cell.tensor;
        if (mask !== undefined) given[mask] = memory.mask(cell);
        const own = sums.get(name) ?? memory.cell(memory.create(shape));
        sums.set(name, own);
        given[sum.input] = own.tensor;
        cells.set(sum.output, own);
      }
      for (const { name, input } of step.buffers) {
        given[input] = buffers.get(name) ?? state.buffers.get(name)!.tensor;
      }
      if (kernels !== undefined) Object.assign(given, update.scalars(step));
      given[gathers.byCount] = feeds.scalar(reduce === 'mean' ? 1 : 0);
      const asked = [step.loss, gathers.count, ...loaded.fetches];
      const taken = await runStep(loaded, 'the gradients', given, asked);
      const { results } = taken;
      sessions.lend(session);
      takeOutputs(kernels?.adding, cells, memory, taken);
      for (const { name, output } of step.buffers) {
        const old = buffers.get(name);
        buffers.set(name, results[output]!);
        if (old !== undefined) memory.discard(old);
      }
      const numberOf = (output: string) => (results[output]!.data as Float32Array)[0]!;
      const count = reduce === 'mean' ? numberOf(gathers.count) : 1;
      if (reduce === 'mean' && feeds.isOfOutput && nth > 0 && count === 1 && lastCount === 1) {
        requireAlikeShapes(last!.loaded.sizes, loaded.sizes);
      }
      lastCount = count;
      total += count;
      // A batch in which nothing counts has no loss, and adds nothing.
      if (count !== 0) losses += count * numberOf(step.loss);
      last = { loaded, results: withoutAdded(step, results) };
      nth += 1;
    }
    if (last === undefined) throw new TypeError('step needs batches to give one or more, got none');
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
      ...(updatesBySums(last.loaded)
        ? last
        : { loaded: await sessions.update(last.loaded.sizes), results: undefined }),
      discard,
    };
  } catch (error) {
    discard(false);
    throw error;
  }
}

/** What a batch gave, without gradients that are in the sums: they are not kept while the next is computed. */
function withoutAdded({ kernels }: LoadedStep, results: StepRun['results']): StepRun['results'] {
  const added = new Set(kernels?.adding.flatMap(({ arrays }) => arrays));
  return Object.fromEntries(Object.entries(results).filter(([name]) => !added.has(name)));
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
