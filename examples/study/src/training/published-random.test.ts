import { describe, expect, it } from 'vitest';
import { createPublishedRandom } from './published-random.js';
import { createWindowOrder } from './window-order.js';

// What PyTorch 1.13 gave after torch.manual_seed(42): an LSTM of 3 features and 4 units, a linear unit, and the orders of
// a shuffling loader over 10 windows, a second loader being gone through after each epoch.
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

  const orders = (dropout: number, noisyValidation: boolean) => {
    const training = {
      learningRate: 1e-3,
      dropout,
      weightDecay: 0,
      narrowed: 0,
      noisyValidation,
      pruning: null,
    };
    const spec = { protocol: 'published', seed: 42, training, stopping: { batchSize: 4 } } as const;
    const order = createWindowOrder(spec, PARAMETERS);
    return [0, 1, 2].map(() => {
      const windows = [...order.next(10)];
      order.validated(10);
      return windows;
    });
  };

  it('are PyTorch’s, for the order of the windows in every epoch', () => {
    expect(orders(0, false)).toEqual(ORDERS);
  });

  it('leave only the first epoch’s order as it was where dropout draws from them too', () => {
    const [quiet, noisy] = [orders(0.3, false), orders(0.3, true)];
    expect([quiet[0], noisy[0]]).toEqual([ORDERS[0], ORDERS[0]]);
    expect(new Set([ORDERS[1], quiet[1], noisy[1]].map(String)).size).toBe(3);
    for (const order of [...quiet, ...noisy])
      expect(order.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });
});
