import { PruneError } from '../checks/errors.js';
import { magnitudeScore } from '../score/scores.js';
import { abandonMasks, createMasks, disposeMasks } from '../selection/masks.js';
import { growthScoreAt } from '../selection/regrowth.js';
import { type Applied, applyUpdate } from './apply-update.js';
import type { CheckedOptions } from './options.js';
import { type Occasion, type Prepared, prepareUpdate } from './prepare-update.js';
import { closeQuietly, type OpenRanking, openRanking } from './update-checks.js';

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
  const { backend, score } = checked;
  const { sparsity, first } = occasion;
  // Where nothing is to go nothing is ranked: a ramp may begin before an observer has seen a step.
  const observed = score.kind === 'observer' && sparsity === 0;
  const growing = observed && first ? undefined : await openGrowth(checked, occasion);
  const own = growing === undefined ? { ...checked, regrow: undefined } : checked;
  let ranking: typeof growing;
  let prepared: Prepared<Mask> | undefined;
  let applied: Applied<Mask>;
  try {
    ranking = await openRanking(own, observed && growing === undefined ? magnitudeScore() : score);
    prepared = await prepareUpdate(own, masks, ranking.scores, occasion);
    applied = await applyUpdate(own, prepared, growing?.scores ?? []);
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

/** As {@link changeMasks}, from masks that keep everything. */
export async function chooseAmongAll<Weight, Mask>(
  checked: CheckedOptions<Weight, Mask>,
  occasion: Occasion,
  tellLater: (giveBack: () => void) => void,
): ReturnType<typeof changeMasks<Weight, Mask>> {
  const { backend, weights } = checked;
  const all = createMasks(backend, weights);
  try {
    const changed = await changeMasks(checked, all, occasion, tellLater);
    if (changed.applied.masks !== all) tellLater(() => disposeMasks(backend, all));
    return changed;
  } catch (error) {
    abandonMasks(backend, all);
    throw error;
  }
}

/**
 * What ranks growth; `undefined` where nothing is to grow: without `regrow`, and at a first update before the first step,
 * when a score that looks at training knows nothing of what is dropped.
 */
async function openGrowth<Weight, Mask>(
  checked: CheckedOptions<Weight, Mask>,
  { position, first }: Occasion,
): Promise<OpenRanking<Weight> | undefined> {
  if (checked.regrow === undefined) return undefined;
  try {
    return await openRanking(checked, growthScoreAt(checked.regrow, position));
  } catch (error) {
    if (first && error instanceof PruneError && error.code === 'nothing-observed') return undefined;
    throw error;
  }
}
