import type { Arm } from '../arm.js';
import type { PruningSpec } from '../run.js';
import { FIRST, plain, publishedPruning, RAMP, TARGETS } from './base.js';

/**
 * Makes an arm that prunes: the honest one chooses among final sparsities of a half, seven and nine tenths, its masks
 * updated before each epoch by the exact rule; under the published protocol it has the published range, epochs and
 * trigger of the model, so that nothing but `change` differs from the published arm.
 *
 * @param change what is this arm's own, of a pruning towards a given sparsity
 */
export function prunedArm({
  change = () => ({}),
  ...arm
}: Pick<Arm, 'name' | 'title' | 'explanation'> & {
  readonly change?: (pruning: PruningSpec) => Partial<PruningSpec>;
}): Arm {
  return {
    ...arm,
    evaluation: 'off',
    candidates: (protocol, model) => {
      const ramps: readonly PruningSpec[] =
        protocol === 'published'
          ? [{ ...publishedPruning(model), rule: 'exact' }]
          : TARGETS.map((to) => rampTo(to));
      return ramps.map((ramp) => {
        const pruning = { ...ramp, ...change(ramp) };
        return { label: `to ${pruning.to}`, training: { ...plain(protocol, model), pruning } };
      });
    },
  };
}

/** The honest ramp: .3 → `to` over epochs 2 to 10, slow first. */
export function rampTo(to: number): PruningSpec {
  return {
    curve: 'synaptic',
    from: FIRST,
    to,
    ...RAMP,
    rule: 'exact',
    score: 'magnitude',
    everyBatches: null,
  };
}
