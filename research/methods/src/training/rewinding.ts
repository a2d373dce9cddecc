import { constantSparsity } from '@synaprune/core';
import type { TrainerPruning } from '@synaprune/onnxruntime';
import type { RewindSpec } from '../run.js';
import type { Learner } from './learner.js';

/**
 * Looks for a lottery ticket: trains, drops the smallest of the weights that are left, and goes back to where an early
 * step had them, slots and all, round after round.
 *
 * @returns the masks of the last round, on the weights of the early step
 * @see Frankle et al. 2020 (rewinding to an early step), https://arxiv.org/abs/1912.05671
 */
export async function findTicket(learner: Learner, { to, rounds }: RewindSpec): Promise<TrainerPruning> {
  const { trainer } = learner;
  await learner.train(to);
  const early = await trainer.save();
  let pruning: TrainerPruning | undefined;
  for (const { steps, sparsity } of rounds) {
    await learner.train(steps);
    const masks = await pruning?.pruner.masks();
    pruning?.dispose();
    pruning = trainer.prune({
      schedule: constantSparsity(sparsity),
      ...(masks === undefined ? {} : { masks }),
    });
    await pruning.pruner.update(trainer.steps);
    const found = await pruning.pruner.masks();
    pruning.dispose();
    await trainer.restore(early);
    pruning = trainer.prune({ schedule: constantSparsity(sparsity), masks: found });
  }
  return pruning!;
}
