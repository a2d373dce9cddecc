import { createRewind } from '@synaprune/core/methods';
import type { TrainerPruning } from '@synaprune/onnxruntime';
import type { RewindSpec } from '../run.js';
import type { Learner } from './learner.js';

/**
 * Looks for a lottery ticket: trains, drops the smallest of the weights that are left, and goes back to where an early
 * step had them, slots and all, round after round.
 *
 * @returns the masks of the last round, on the weights of the early step
 */
export async function findTicket(learner: Learner, { to, rounds }: RewindSpec): Promise<TrainerPruning> {
  const { trainer } = learner;
  const points = createRewind({ save: () => trainer.save(), load: (saved) => trainer.restore(saved) });
  await learner.train(to);
  await points.keep(to);
  let round = -1;
  const pruning = trainer.prune({ schedule: () => rounds[round]?.sparsity ?? 0 });
  // Rounds end where the search says, and not at a number of steps.
  pruning.detach();
  for (const { steps } of rounds) {
    await learner.train(steps);
    round += 1;
    await pruning.pruner.update(round);
    await points.rewind(pruning.pruner, to);
  }
  return pruning;
}
