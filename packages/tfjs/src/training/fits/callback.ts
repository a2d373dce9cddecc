import type { CustomCallbackArgs } from '@tensorflow/tfjs-layers';

/**
 * What `callbacks:` of `model.fit` and `fitDataset` takes. It stands alone or among others, in any place.
 */
export interface PruningCallback extends CustomCallbackArgs {
  onTrainBegin(): Promise<void>;
  onTrainEnd(): Promise<void>;
  onEpochBegin(epoch: number): Promise<void>;
  onEpochEnd(epoch: number): Promise<void>;
  onBatchBegin(): Promise<void>;
  onBatchEnd(): Promise<void>;
  setParams(): void;
  setModel(): void;
}

/** What the callback of a pruning tells of a fit, and to whom. */
export interface FitListener {
  /**
   * A fit begins.
   *
   * @returns what to add to the number that `fit` gives an epoch
   */
  begin(): number;
  /** Brings the masks up to date, before an epoch or a step. */
  update(position: number): Promise<void>;
  /** A fit ends, however it does, at this position. */
  end(position: number): Promise<void>;
}

/**
 * The callback that brings the masks up to date before an epoch or a step begins.
 *
 * @param steps how many optimizer steps have been taken so far
 */
export function createCallback(
  every: number | 'epoch',
  steps: () => number,
  listener: FitListener,
): PruningCallback {
  const nothing = async (): Promise<void> => {};
  let offset = 0;
  let reached = 0;
  return {
    async onTrainBegin() {
      offset = listener.begin();
      reached = Number.NEGATIVE_INFINITY;
    },
    async onEpochBegin(epoch) {
      if (every === 'epoch') await listener.update(offset + epoch);
    },
    async onBatchBegin() {
      if (every !== 'epoch' && steps() % every === 0) await listener.update(steps());
    },
    async onEpochEnd(epoch) {
      reached = offset + epoch + 1;
    },
    onBatchEnd: nothing,
    async onTrainEnd() {
      await listener.end(every === 'epoch' ? reached : steps());
    },
    // Among tfjs's own callbacks it may not be wrapped, and then these are called too.
    setParams() {},
    setModel() {},
  };
}
