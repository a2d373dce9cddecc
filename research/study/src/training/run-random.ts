import { createRandom, shuffled } from '@synaprune/examples-kit/random';
import { createPublishedRandom } from '../models/published-random.js';
import type { RunSpec } from '../run.js';
import { createNoise, type Noise } from './noise.js';

/** What is random in a run, beside its initial weights. */
export interface RunRandom {
  /** The order of the training part's windows in the next epoch. */
  order(count: number): Int32Array;
  /** To be told before a part is gone through without training, after an epoch or to score. */
  beforePass(): void;
  /** Masks of dropout. @param use keeps the streams of one run apart */
  noise(use: string): Noise;
}

/**
 * Streams of their own under the honest protocol. Under the published one all random numbers of a run come from one
 * generator, so each follows from how many were drawn before: for the initial weights, one word each in recurrent
 * models; for an order; two words before every pass through the other part; two for every element of a mask.
 */
export function createRunRandom(
  {
    protocol,
    seed,
    training: { dropout },
    stopping: { batchSize },
  }: Pick<RunSpec, 'protocol' | 'seed'> & {
    readonly training: Pick<RunSpec['training'], 'dropout'>;
    readonly stopping: Pick<RunSpec['stopping'], 'batchSize'>;
  },
  parameters: number,
): RunRandom {
  if (protocol === 'honest') {
    const random = createRandom(seed, 'order of the windows');
    return {
      order: (count) => shuffled(count, random),
      beforePass: () => {},
      noise: (use) => createNoise(seed, `dropout of ${use}`, dropout),
    };
  }
  const random = createPublishedRandom(seed);
  random.skip(parameters);
  let rate = dropout;
  const noise: Noise = {
    rows: batchSize,
    setRate(next) {
      rate = next;
    },
    fill(mask) {
      const kept = Math.fround(1 / Math.fround(1 - rate));
      for (let i = 0; i < mask.length; i += 1) mask[i] = random.double() < 1 - rate ? kept : 0;
    },
  };
  return {
    order: (count) => random.order(count),
    beforePass: () => random.skip(2),
    noise: () => noise,
  };
}
