import { PruneError } from '../checks/errors.js';
import { describe } from '../checks/legible.js';
import { requireFinite, requireOptions } from '../checks/require.js';
import type { Awaitable } from '../contract/backend.js';
import type { Pruner } from '../pruner/pruner-api.js';

/** Steps of a training that can be gone back to. */
export interface Rewind {
  /** Saves what there is now as that of a step; a second time replaces it. */
  keep(step: number): Promise<void>;
  /** The steps that were kept, ascending. */
  steps(): readonly number[];
  /**
   * Loads what was kept at a step, and sets to zero what the masks drop: the masks stay as they are.
   *
   * @throws PruneError `step-not-kept` when nothing was kept at the step; nothing changes then
   */
  rewind(pruner: Pick<Pruner, 'enforce'>, step: number): Promise<void>;
}

/**
 * Lottery tickets: find masks by training, then go back to the weights of an early step and train what stays from there.
 * What is saved is the caller's: weights, and where the run is to be the same from there on, the optimizer's state too.
 *
 * @param options.save a copy of what there is now, that later steps do not change
 * @param options.load puts such a copy back
 * @throws TypeError when an option is unknown or no function
 * @see Frankle & Carbin 2019, https://arxiv.org/abs/1803.03635; Frankle et al. 2020, https://arxiv.org/abs/1912.05671, who
 *   rewind to an early step in place of the first
 *
 * @example
 * ```ts
 * import { createPruner } from '@synaprune/core';
 * import { amountOfRemaining, createRewind } from '@synaprune/core/methods';
 * import { hostBackend } from '@synaprune/host';
 *
 * const kernel = Float32Array.of(0.4, 0.3, 0.2, 0.1);
 * const pruner = createPruner({
 *   backend: hostBackend(),
 *   weights: [{ name: 'kernel', weight: kernel }],
 *   schedule: amountOfRemaining({ amount: 0.5 }),
 * });
 * const points = createRewind({ save: () => kernel.slice(), load: (saved) => kernel.set(saved) });
 * await points.keep(0);
 * for (let round = 0; round < 2; round += 1) {
 *   kernel.set(kernel.map((value, i) => value * (i + 1))); // stands for a training
 *   await pruner.update(round);
 *   await points.rewind(pruner, 0);
 * }
 * console.log([...kernel].map((value) => value.toFixed(1)).join()); // 0.0,0.0,0.2,0.0
 * ```
 */
export function createRewind<Saved>(options: {
  readonly save: () => Awaitable<Saved>;
  readonly load: (saved: Saved) => Awaitable<void>;
}): Rewind {
  requireOptions('createRewind', '', options, ['save', 'load']);
  const { save, load } = options;
  for (const [field, own] of Object.entries({ save, load })) {
    if (typeof own !== 'function') {
      throw new TypeError(`createRewind needs ${field} to be a function, got ${describe(own)}`);
    }
  }
  const kept = new Map<number, { readonly saved: Saved }>();
  const steps = (): readonly number[] => [...kept.keys()].sort((a, b) => a - b);
  return {
    async keep(step) {
      requireFinite('keep', 'step', step);
      kept.set(step, { saved: await save() });
    },
    steps,
    async rewind(pruner, step) {
      const point = kept.get(step);
      if (point === undefined) {
        const there = kept.size === 0 ? 'none was' : `there are ${steps().join(', ')}`;
        throw new PruneError(
          'step-not-kept',
          `nothing was kept at step ${describe(step)}: ${there}; keep(step) does`,
        );
      }
      await load(point.saved);
      await pruner.enforce();
    },
  };
}
