import {
  createPruner,
  elementBudget,
  magnitudeScore,
  oneShot,
  type Pruner,
  type PruningReport,
  polynomialDecay,
  randomScore,
  type Schedule,
  synapticRamp,
} from '@synaprune/core';
import type { Trainer } from '@synaprune/onnxruntime';
import type { PruningSpec } from '../run.js';

/** Drops weights of a trainer as a {@link PruningSpec} says. */
export interface Pruning {
  /** To be called before every step. @param batch within the epoch, from 0 */
  beforeStep(epoch: number, batch: number): Promise<void>;
  /** What the masks hold now. */
  report(): Promise<PruningReport>;
  /** Whether a report shows the final sparsity. */
  reachedEnd(report: PruningReport): boolean;
  dispose(): void;
}

/**
 * Prunes the weights of these names, in this order.
 *
 * With `everyBatches: null` the masks follow the schedule before each epoch. With a number they do as the published
 * program does: a count of batches, begun at the run's first and raised before it is looked at, brings an update
 * whenever it is divisible, from epoch `start` on; and as the schedule's positions are epochs, a second update in an
 * epoch changes nothing unless weights tie.
 *
 * The published update lies between the backward pass and the optimizer's step. Here a step is one graph, and the
 * update comes before it: it ranks the very same weights and drops the same ones. What differs is the gradient of
 * that one batch, which the program takes with the weights that are about to go and we take without them.
 */
export function createPruning(
  spec: PruningSpec,
  trainer: Trainer,
  kernels: readonly string[],
  seed: number,
): Pruning {
  const { rule, score, start, everyBatches } = spec;
  const byName = new Map(trainer.weights.map((named) => [named.name, named]));
  const weights = kernels.map((name) => byName.get(name)!);
  const pruner: Pruner = createPruner({
    backend: trainer.backend,
    weights,
    schedule: scheduleOf(spec),
    rule,
    score: score === 'random' ? randomScore({ seed: seed >>> 0 }) : magnitudeScore(),
  });
  let count = 0;
  return {
    async beforeStep(epoch, batch) {
      count += 1;
      const due = everyBatches === null ? batch === 0 : epoch >= start && count % everyBatches === 0;
      if (due) await pruner.update(epoch);
    },
    report: () => pruner.report(),
    reachedEnd: ({ total }) =>
      // The published rule drops one fewer than it is asked for.
      total.dropped + (rule === 'published' ? 1 : 0) >= elementBudget(Math.min(1, spec.to), total.elements),
    dispose: () => pruner.dispose(),
  };
}

/** Sparsity by epoch, counted from 0. Above 1 where the published program asks for that. */
export function scheduleOf({ curve, from, to, start, end, rule }: PruningSpec): Schedule {
  if (curve === 'one-shot') return oneShot({ to, at: end });
  if (curve === 'zhu-gupta') return polynomialDecay({ from, to, start, end });
  if (rule === 'exact' || to <= 1) return synapticRamp({ from, to, start, end });
  const rise = synapticRamp({ from: 0, to: 1, start, end });
  return (epoch) => (epoch < start ? 0 : from + (to - from) * rise(epoch));
}
