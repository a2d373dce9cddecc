import type { Context } from '../device/context.js';
import type { OwnItem } from '../selection/entries.js';
import { bindWhole, type WholeBinding } from '../weights/bind-whole.js';

/**
 * What ranks an item, bound as a whole.
 *
 * @throws PruneError `unsupported` when the device binds fewer bytes at a time
 */
export function bindRanking({ device }: Context, { weight, score }: OwnItem): WholeBinding {
  return bindWhole(score.kind === 'tensor' ? score.tensor : weight, device.limits);
}

/** Whether the score of an item is random, and its seed, as kernels are told. */
export function randomWords({ score }: OwnItem): readonly [number, number] {
  return score.kind === 'random' ? [1, score.seed] : [0, 0];
}
