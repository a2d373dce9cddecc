import type { Pruner } from '@synaprune/core';
import type { CustomCallbackArgs } from '@tensorflow/tfjs-layers';

/**
 * What `callbacks:` of `model.fit` and `fitDataset` takes. It stands alone, among plain callbacks, and after
 * tfjs's own ones (`[tf.callbacks.earlyStopping(), pruning.callback]`); tfjs does not let it come before them.
 */
export interface PruningCallback extends CustomCallbackArgs {
  onTrainBegin(): Promise<void>;
  onTrainEnd(): Promise<void>;
  onEpochBegin(epoch: number): Promise<void>;
  onEpochEnd(): Promise<void>;
  onBatchBegin(): Promise<void>;
  onBatchEnd(): Promise<void>;
  setParams(): void;
  setModel(): void;
}

/** Whether masks follow the epochs, or every so many optimizer steps. */
export type Every = 'epoch' | 'batch' | number;

/** @throws TypeError unless `every` is `epoch`, `batch` or a positive integer */
export function requireEvery(every: Every): number | 'epoch' {
  if (every === 'epoch') return every;
  const steps = every === 'batch' ? 1 : every;
  if (Number.isInteger(steps) && steps > 0) return steps;
  throw new TypeError(`pruneModel needs every to be 'epoch', 'batch' or a positive integer, got ${every}`);
}

/**
 * The callback that brings the masks up to date before an epoch or a step begins.
 *
 * @param steps how many optimizer steps have been taken so far
 * @param begin called when a fit begins; throws where it must not
 * @param requireLive called before every update; throws when nothing would enforce it
 */
export function createCallback(
  every: number | 'epoch',
  pruner: Pick<Pruner, 'update'>,
  steps: () => number,
  begin: () => void,
  requireLive: () => void,
): PruningCallback {
  const nothing = async (): Promise<void> => {};
  const update = async (position: number): Promise<void> => {
    requireLive();
    await pruner.update(position);
  };
  return {
    async onTrainBegin() {
      begin();
    },
    async onEpochBegin(epoch) {
      if (every === 'epoch') await update(epoch);
    },
    async onBatchBegin() {
      if (every !== 'epoch' && steps() % every === 0) await update(steps());
    },
    onBatchEnd: nothing,
    onEpochEnd: nothing,
    onTrainEnd: nothing,
    // Among tfjs's own callbacks it is not wrapped, and then these are called too.
    setParams() {},
    setModel() {},
  };
}
