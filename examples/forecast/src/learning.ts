/** An error has to fall by this part of itself to count as a gain. */
export const GAIN = 0.0025;
/** Epochs without a gain after which steps are halved. */
const HALVED_AFTER = 4;

/** Why a training ended: it brought no gain for long enough, or its epochs were used up before that. */
export type Ending = 'learned' | 'epochs';

/** What decides how long a training goes on. */
export interface LearningPlan {
  /** The first step size. */
  readonly learningRate: number;
  /** Most epochs. */
  readonly epochs: number;
  /** Epochs without a gain after which a training ends. */
  readonly patience: number;
  /** The first epoch that counts: before it every training goes on, and no step is halved. */
  readonly from: number;
}

/** How far a training is. */
export interface Learning {
  /** The step size of the epoch that comes. */
  readonly learningRate: number;
  /** `null` as long as it goes on. */
  readonly ending: Ending | null;
  /** Takes note of an epoch's validation error. Epochs that cannot be picked, as the pruned arm's early ones, bring no gain. */
  see(epoch: number, error: number, eligible?: boolean): void;
}

/** Watches a training: smaller steps where it stands still, and an end where those bring nothing, too. The same for every arm. */
export function watchLearning({ learningRate, epochs, patience, from }: LearningPlan): Learning {
  let rate = learningRate;
  let [least, gainedAt] = [Number.POSITIVE_INFINITY, 0];
  let ending: Ending | null = null;
  return {
    get learningRate() {
      return rate;
    },
    get ending() {
      return ending;
    },
    see(epoch, error, eligible = true) {
      if (eligible && error < least * (1 - GAIN)) [least, gainedAt] = [error, epoch];
      const waited = epoch - Math.max(gainedAt, from);
      if (waited > 0 && waited % HALVED_AFTER === 0) rate /= 2;
      if (waited >= patience) ending = 'learned';
      else if (epoch + 1 >= epochs) ending = 'epochs';
    },
  };
}
