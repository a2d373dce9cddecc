/**
 * The arms of the study, in the order of its tables. An arm of your own is a page like this one, and a line below:
 *
 * ```ts
 * import type { Arm } from '../arm.js';
 * import { plain } from './base.js';
 * import { rampTo } from './pruned.js';
 *
 * // Half of the weights dropped along the synaptic curve, with a little weight decay beside it.
 * export const prunedAndDecayed: Arm = {
 *   name: 'pruned-and-decayed',
 *   title: 'Synaptic pruning and L2',
 *   explanation: 'Half of the weights dropped while training; L2 of 0.00001, 0.0001 or 0.001 on the others.',
 *   evaluation: 'off',
 *   candidates: (protocol, model) =>
 *     [1e-5, 1e-4, 1e-3].map((weightDecay) => ({
 *       label: `decay ${weightDecay}`,
 *       training: { ...plain(protocol, model), weightDecay, pruning: rampTo(0.5) },
 *     })),
 * };
 * ```
 *
 * Give it as many candidates as the others have (three), or the comparison is no longer fair. What a training can do is
 * listed in `TrainingSpec` (`../run.ts`); a new kind of doing is a field there and a few lines in `../training`.
 */
import type { Arm } from '../arm.js';
import type { Protocol } from '../task.js';
import { activity } from './activity.js';
import { coupledDropout } from './coupled-dropout.js';
import { decay } from './decay.js';
import { dropout, monteCarlo, monteCarloOnce } from './dropout.js';
import { narrow } from './narrow.js';
import { none } from './none.js';
import { persistence } from './persistence.js';
import { pruning } from './pruning.js';
import { pruningAndDropout, pruningPublished } from './pruning-published.js';
import { random } from './random.js';
import { oneShot, zeroToTarget, zhuGupta } from './schedules.js';

export { stoppingOf } from './stopping.js';

export const ARMS: readonly Arm[] = [
  none,
  dropout,
  monteCarloOnce,
  monteCarlo,
  pruningPublished,
  pruningAndDropout,
  pruning,
  coupledDropout,
  activity,
  zhuGupta,
  zeroToTarget,
  oneShot,
  random,
  decay,
  narrow,
  persistence,
];

const PUBLISHED = ['none', 'dropout', 'mc-dropout-1', 'pruning-published', 'persistence'];

/** Names of the arms that a study compares unless it is told which. */
export function defaultArms(protocol: Protocol): readonly string[] {
  const names = ARMS.map(({ name }) => name);
  // The mixture is there to explain a published figure, not to compete.
  return protocol === 'published' ? PUBLISHED : names.filter((name) => name !== 'pruning-and-dropout');
}
