import type { StoppingSpec } from '../run.js';

/** What an epoch means for a run. */
export interface Verdict {
  /** Whether it is the best eligible epoch so far. */
  readonly best: boolean;
  readonly stop: boolean;
}

/** Watches validation losses, epoch by epoch. */
export interface EarlyStopping {
  /** The best eligible epoch so far; −1 before the first. */
  readonly bestEpoch: number;
  /** @param eligible whether the epoch's weights may be the run's result */
  judge(epoch: number, validationLoss: number, eligible: boolean): Verdict;
}

/**
 * The rule that stops a run. Against `best`, patience counts the epochs since the best eligible one, at the
 * earliest from `leastEpochs` on. Against `previous`, as the published program has it, it counts the epochs in a
 * row whose loss did not fall below that of the epoch before, whatever the best one was.
 */
export function createEarlyStopping({
  epochs,
  patience,
  against,
  leastEpochs,
}: Pick<StoppingSpec, 'epochs' | 'patience' | 'against' | 'leastEpochs'>): EarlyStopping {
  let bestEpoch = -1;
  let bestLoss = Number.POSITIVE_INFINITY;
  let previous = Number.POSITIVE_INFINITY;
  let failures = 0;
  return {
    get bestEpoch() {
      return bestEpoch;
    },
    judge(epoch, validationLoss, eligible) {
      const best = eligible && validationLoss < bestLoss;
      if (best) [bestEpoch, bestLoss] = [epoch, validationLoss];
      failures = validationLoss < previous ? 0 : failures + 1;
      previous = validationLoss;
      const waited = against === 'previous' ? failures : epoch - Math.max(bestEpoch, leastEpochs);
      const stop = epoch + 1 >= epochs || (waited >= patience && epoch >= leastEpochs);
      return { best, stop };
    },
  };
}
