import {
  createPruner,
  elementBudget,
  magnitudeScore,
  type Notice,
  type Pruner,
  type PruningReport,
  randomScore,
  readRecipe,
  tensorScore,
} from '@synaprune/core';
import { gatherNotices } from '@synaprune/examples-kit/notices';
import type { Trainer, TrainerWeight } from '@synaprune/onnxruntime';
import type { PruningSpec } from '../run.js';

/** Drops weights of a trainer as a {@link PruningSpec} says. */
export interface Pruning {
  /**
   * Takes a step, and updates the masks before or after it where that is due.
   *
   * @param batch within the epoch, from 0
   * @param take takes the trainer's step
   */
  step<Result>(epoch: number, batch: number, take: () => Promise<Result>): Promise<Result>;
  /** What the masks hold now. */
  report(): Promise<PruningReport>;
  /** What the updates up to now brought about that was not asked for, each once. */
  notices(): readonly Notice[];
  /** Whether a report shows the final sparsity. */
  reachedEnd(report: PruningReport): boolean;
  dispose(): void;
}

/**
 * Prunes the weights of these names, in this order.
 *
 * With `everyBatches: null` the masks follow the schedule before each epoch. With a number they do as the published
 * program does: a count of batches, begun at the run's first and raised before it is looked at, brings an update
 * whenever it is divisible, from the epoch on at which the schedule begins; and as the schedule's positions are
 * epochs, a second update in an epoch changes nothing unless weights tie.
 *
 * The published update lies between the backward pass and the optimizer's step: it ranks the weights as they are
 * before the step, and the step takes the gradient of the weights that are about to go. Here a step is one graph. So
 * a copy of the weights is kept, the step taken, and then dropped what the copy ranks lowest: as the optimizer treats
 * every element by itself, the weights that stay are the same.
 */
export function createPruning(
  spec: PruningSpec,
  trainer: Pick<Trainer, 'weights' | 'backend' | 'read' | 'prune'>,
  kernels: readonly string[],
  seed: number,
): Pruning {
  const { recipe, everyBatches } = spec;
  const { every: _, score = magnitudeScore(), ...options } = readRecipe(recipe);
  const { schedule, rule } = options;
  const byName = new Map(trainer.weights.map((named) => [named.name, named]));
  const weights = kernels.map((name) => byName.get(name)!);
  let before: ReadonlyMap<string, Float32Array> = new Map();
  // The backend of main memory takes any values with a shape.
  const asBefore = tensorScore<TrainerWeight>(({ name, weight: { shape } }) => ({
    shape,
    values: before.get(name)!,
  }));
  const rankedBy = () => {
    if (score.kind === 'random') return randomScore({ seed: (score.seed + seed) >>> 0 });
    return everyBatches === null ? score : asBefore;
  };
  const observe = (): Pruner => {
    const pruning = trainer.prune({ ...options, score, select: { include: [...kernels] }, stepsPerEpoch: 1 });
    // The trainer goes on observing; when masks are updated is said here.
    pruning.detach();
    return pruning.pruner;
  };
  const pruner: Pruner =
    score.kind === 'observed'
      ? observe()
      : createPruner({ backend: trainer.backend, weights, ...options, score: rankedBy() });
  const gathered = gatherNotices();
  let count = 0;
  return {
    async step(epoch, batch, take) {
      if (everyBatches === null) {
        if (batch === 0) gathered.add((await pruner.update(epoch)).notices);
        return take();
      }
      count += 1;
      if (schedule(epoch) === 0 || count % everyBatches !== 0) return take();
      before = await trainer.read();
      const taken = await take();
      gathered.add((await pruner.update(epoch)).notices);
      return taken;
    },
    report: () => pruner.report(),
    notices: () => gathered.all(),
    reachedEnd: ({ total }) =>
      // The published rule drops one fewer than it is asked for.
      total.dropped + (rule === 'published' ? 1 : 0) >= elementBudget(schedule.to!, total.elements),
    dispose: () => pruner.dispose(),
  };
}
