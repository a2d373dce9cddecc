import { describe, expect, it } from 'vitest';
import { createPublishedRandom } from '../models/published-random.js';
import type { Noise } from './noise.js';
import { createRunRandom } from './run-random.js';

// What PyTorch 1.13 gave after torch.manual_seed(42): an LSTM of 3 features and 4 units, a linear unit, then
// epochs over 10 windows in batches of 4 from a shuffling loader, masks of dropout(ones(rows, 4), 0.3) for each batch, and
// after each epoch a pass through a second loader, with such masks or without.
const PARAMETERS = 4 * 4 * 3 + 4 * 4 * 4 + 2 * 16 + 4 + 1;
const FIRST = [0.3822693, 0.415004, -0.1171362, 0.4593056, -0.1095518, 0.1008953];
const LAST = [-0.0863367, 0.1044348, 0.2581259, 0.4036552, 0.4554796];
const ORDERS = [
  [4, 9, 8, 6, 3, 0, 7, 1, 5, 2],
  [3, 5, 4, 0, 9, 6, 2, 8, 7, 1],
  [6, 4, 8, 7, 3, 9, 2, 5, 0, 1],
];

describe('random numbers of the published program', () => {
  it('are PyTorch’s, for initial weights', () => {
    const random = createPublishedRandom(42);
    const weights = Array.from({ length: PARAMETERS }, () => Number((random.uniform() - 0.5).toFixed(7)));
    expect(weights.slice(0, 6)).toEqual(FIRST);
    expect(weights.slice(-5)).toEqual(LAST);
  });

  /** Orders of three epochs over 10 windows in batches of 4, and the first mask of each epoch. */
  const epochs = (dropout: number, noisyValidation: boolean) => {
    const spec = {
      protocol: 'published',
      seed: 42,
      training: { dropout },
      stopping: { batchSize: 4 },
    } as const;
    const random = createRunRandom(spec, PARAMETERS);
    const noise = random.noise('training');
    /** Masks as they come when 10 windows are gone through. */
    const masks = () => [4, 4, 2].map((rows) => masked(noise, rows * 4));
    const all = [0, 1, 2].map(() => {
      const order = [...random.order(10)];
      const [first] = dropout > 0 ? masks() : [];
      random.beforePass();
      if (noisyValidation) masks();
      return { order, first };
    });
    return { orders: all.map(({ order }) => order), masks: all.map(({ first }) => first) };
  };

  function masked(noise: Noise, elements: number): string {
    const mask = new Float32Array(elements);
    noise.fill(mask);
    expect([...new Set(mask)].toSorted()).toEqual([0, 1.4285714626312256]);
    return mask.map((value) => (value > 0 ? 1 : 0)).join('');
  }

  it('are PyTorch’s, for the order of the windows in every epoch', () => {
    expect(epochs(0, false).orders).toEqual(ORDERS);
  });

  it('are PyTorch’s, where dropout draws from them too', () => {
    expect(epochs(0.3, false)).toEqual({
      orders: [ORDERS[0], [7, 9, 8, 1, 2, 4, 0, 5, 6, 3], [3, 5, 0, 4, 7, 2, 8, 1, 9, 6]],
      masks: ['1110011100011111', '1111111111001001', '0111010111010111'],
    });
  });

  it('are PyTorch’s, where dropout stays on for validation', () => {
    expect(epochs(0.3, true)).toEqual({
      orders: [ORDERS[0], [4, 5, 1, 9, 7, 8, 3, 2, 0, 6], [0, 6, 2, 3, 5, 8, 9, 7, 4, 1]],
      masks: ['1110011100011111', '0110111010111010', '1101110110001101'],
    });
  });
});
