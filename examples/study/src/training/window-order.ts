import { createRandom, shuffled } from 'forecast-example/random';
import type { RunSpec } from '../run.js';
import { createPublishedRandom } from './published-random.js';

/** Shuffles the windows of the training part, epoch after epoch. */
export interface WindowOrder {
  next(count: number): Int32Array;
  /** To be told of every part that was validated after an epoch. @param windows of the part */
  validated(windows: number): void;
}

/**
 * A stream of its own under the honest protocol. Under the published one all random numbers of a run come from one
 * generator, so the order follows from how many were drawn before: for the initial weights, one word each in recurrent
 * models; at every validation two words; and for every mask of dropout one word, which PyTorch seeds the mask with (the
 * masks themselves are ours).
 */
export function createWindowOrder(
  {
    protocol,
    seed,
    training,
    stopping,
  }: Pick<RunSpec, 'protocol' | 'seed' | 'training'> & {
    readonly stopping: Pick<RunSpec['stopping'], 'batchSize'>;
  },
  parameters: number,
): WindowOrder {
  if (protocol === 'honest') {
    const random = createRandom(seed, 'order of the windows');
    return { next: (count) => shuffled(count, random), validated: () => {} };
  }
  const random = createPublishedRandom(seed);
  random.skip(parameters);
  const batches = (windows: number) => Math.ceil(windows / stopping.batchSize);
  return {
    next(count) {
      const order = random.order(count);
      if (training.dropout > 0) random.skip(batches(count));
      return order;
    },
    validated(windows) {
      random.skip(2 + (training.noisyValidation ? batches(windows) : 0));
    },
  };
}
