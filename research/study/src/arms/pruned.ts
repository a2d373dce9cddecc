import type { Recipe } from '@synaprune/core';
import type { Arm } from '../arm.js';
import { FIRST, plain, publishedPruning, RAMP, type RampPruning, TARGETS } from './base.js';

/**
 * Makes an arm that prunes: the honest one chooses among final sparsities of a half, seven and nine tenths, its masks
 * updated before each epoch by the exact rule; under the published protocol it has the published range, epochs and
 * trigger of the model, so that nothing but `change` differs from the published arm.
 *
 * @param change what is this arm's own in a recipe, given the ramp towards a sparsity
 */
export function prunedArm({
  change = () => ({}),
  ...arm
}: Pick<Arm, 'name' | 'title' | 'explanation'> & {
  readonly change?: (ramp: RampPruning['recipe']['schedule']) => Partial<Recipe>;
}): Arm {
  return {
    ...arm,
    evaluation: 'off',
    candidates: (protocol, model) => {
      const prunings: readonly RampPruning[] =
        protocol === 'published' ? [publishedPruning(model)] : TARGETS.map((to) => rampTo(to));
      return prunings.map(({ recipe: { schedule, ...rest }, everyBatches }) => {
        const recipe: Recipe = { ...rest, schedule, rule: 'exact', ...change(schedule) };
        return {
          label: `to ${schedule.to}`,
          training: { ...plain(protocol, model), pruning: { recipe, everyBatches } },
        };
      });
    },
  };
}

/** The honest ramp: .3 → `to` over epochs 2 to 10, slow first. */
export function rampTo(to: number): RampPruning {
  return {
    recipe: { schedule: { kind: 'synapticRamp', from: FIRST, to, ...RAMP }, rule: 'exact' },
    everyBatches: null,
  };
}
