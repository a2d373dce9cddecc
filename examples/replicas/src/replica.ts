import { createPruner, type PrunerState, polynomialDecay } from '@synaprune/core';
import { hostBackend } from '@synaprune/host';
import { gradientsOf, predict, startingWeights, type Tensors } from './network.js';
import { samples } from './spirals.js';

/** A part of the samples: every `of`-th, from `index` on. */
export interface Shard {
  readonly index: number;
  readonly of: number;
}

/** All that a replica needs to go on where another is. */
export interface Checkpoint {
  readonly weights: Tensors;
  readonly velocities: Tensors;
  readonly pruner: PrunerState;
}

/** One of several networks that are trained as one. */
export interface Replica {
  /** Gradients of its part of the samples. */
  gradients(shard: Shard): Promise<Tensors>;
  /** A step of momentum by what all replicas found together; dropped weights stay zero. */
  step(averaged: Tensors): Promise<void>;
  /** Brings the masks to a position of the schedule. @returns the digest of what the pruner is now */
  update(position: number): Promise<string>;
  save(): Promise<Checkpoint>;
  /** Fraction of samples that it takes for what they are, and sparsity. */
  report(): Promise<{ readonly accuracy: number; readonly sparsity: number }>;
}

/** @param from where another replica is; the beginning unless told */
export async function createReplica(from?: Checkpoint): Promise<Replica> {
  const weights = (from?.weights ?? startingWeights()).map((own) => own.slice());
  const velocities =
    from?.velocities.map((own) => own.slice()) ?? weights.map(({ length }) => new Float32Array(length));
  const pruner = createPruner({
    backend: hostBackend(),
    weights: [
      { name: 'hidden/kernel', weight: { values: weights[0]!, shape: [2, 32] } },
      { name: 'output/kernel', weight: { values: weights[2]!, shape: [32, 1] } },
    ],
    schedule: polynomialDecay({ from: 0, to: 0.5, start: 0, end: 1500 }),
  });
  if (from !== undefined) await pruner.restore(from.pruner);
  return {
    gradients: async ({ index, of }) =>
      gradientsOf(
        weights,
        samples.filter((_, i) => i % of === index),
      ),
    async step(averaged) {
      for (const [i, own] of weights.entries()) {
        const velocity = velocities[i]!;
        for (const [at, gradient] of averaged[i]!.entries()) {
          velocity[at] = 0.9 * velocity[at]! - 0.1 * gradient;
          own[at]! += velocity[at]!;
        }
      }
      await pruner.enforce();
    },
    async update(position) {
      await pruner.update(position);
      return pruner.digest();
    },
    save: async () => ({ weights, velocities, pruner: await pruner.save() }),
    async report() {
      const right = samples.filter((sample) => (predict(weights, sample) > 0.5 ? 1 : 0) === sample.label);
      const { total } = await pruner.report();
      return { accuracy: right.length / samples.length, sparsity: total.sparsity };
    },
  };
}
