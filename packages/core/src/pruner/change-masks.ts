import { magnitudeScore } from '../score/scores.js';
import { abandonMasks, disposeMasks } from '../selection/masks.js';
import { growthScoreAt } from '../selection/regrowth.js';
import { type Applied, applyUpdate } from './apply-update.js';
import type { CheckedOptions } from './options.js';
import { type Occasion, type Prepared, prepareUpdate } from './prepare-update.js';
import { closeQuietly, openRanking } from './update-checks.js';

/**
 * Looks at everything, plans, and changes masks and weights. When it fails, they are as they were. The masks that there
 * were stay whole, for their owner to give back.
 *
 * @param tellLater does what comes after the change, and keeps a failure of it for later
 */
export async function changeMasks<Weight, Mask>(
  checked: CheckedOptions<Weight, Mask>,
  masks: readonly Mask[],
  occasion: Occasion,
  tellLater: (giveBack: () => void) => void,
): Promise<{ readonly prepared: Prepared<Mask>; readonly applied: Applied<Mask> }> {
  const { backend, score, regrow } = checked;
  // Where nothing is to go nothing is ranked: a ramp may begin before an observer has seen a step.
  const isIdle = score.kind === 'observer' && occasion.sparsity === 0 && regrow === undefined;
  const ranking = await openRanking(checked, isIdle ? magnitudeScore() : score);
  let growing: typeof ranking | undefined;
  let prepared: Prepared<Mask> | undefined;
  let applied: Applied<Mask>;
  try {
    growing =
      regrow === undefined ? undefined : await openRanking(checked, growthScoreAt(regrow, occasion.position));
    prepared = await prepareUpdate(checked, masks, ranking.scores, occasion);
    applied = await applyUpdate(checked, prepared, growing?.scores ?? []);
  } catch (error) {
    closeQuietly(prepared?.view);
    closeQuietly(growing);
    closeQuietly(ranking);
    if (prepared !== undefined && prepared.masks !== masks) abandonMasks(backend, prepared.masks);
    throw error;
  }
  // From here on the masks have changed, whatever else may fail.
  const { view, masks: planned } = prepared;
  tellLater(() => view.close());
  for (const open of [ranking, growing]) tellLater(() => open?.close());
  if (planned !== applied.masks && planned !== masks) tellLater(() => disposeMasks(backend, planned));
  return { prepared, applied };
}
