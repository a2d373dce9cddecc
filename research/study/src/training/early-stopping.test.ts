import { describe, expect, it } from 'vitest';
import { createEarlyStopping } from './early-stopping.js';

type Rule = Parameters<typeof createEarlyStopping>[0];

/** Feeds losses until the rule stops. @param eligibleFrom first epoch that counts */
function watch(rule: Rule, losses: readonly number[], eligibleFrom = 0) {
  const stopping = createEarlyStopping(rule);
  for (const [epoch, loss] of losses.entries()) {
    if (stopping.judge(epoch, loss, epoch >= eligibleFrom).stop) {
      return { stopped: epoch, best: stopping.bestEpoch };
    }
  }
  return { stopped: null, best: stopping.bestEpoch };
}

describe('against the epoch before, as published', () => {
  const rule: Rule = { epochs: 20, patience: 3, against: 'previous', leastEpochs: 0 };

  it('stops after three epochs in a row that did not fall', () => {
    expect(watch(rule, [5, 4, 4.1, 4.2, 4.3, 1])).toEqual({ stopped: 4, best: 1 });
  });

  it('counts an equal loss as no fall', () => {
    expect(watch(rule, [5, 4, 4, 4, 4])).toEqual({ stopped: 4, best: 1 });
  });

  it('starts again after a fall, though the loss is far above the best', () => {
    expect(watch(rule, [1, 5, 6, 5.9, 6, 7, 6.9, 7, 8, 9, 0])).toEqual({ stopped: 9, best: 0 });
  });

  it('ends with the last epoch of a loss that keeps falling', () => {
    const falling = Array.from({ length: 30 }, (_, i) => 100 - i);
    expect(watch(rule, falling)).toEqual({ stopped: 19, best: 19 });
  });
});

describe('against the best epoch', () => {
  const rule: Rule = { epochs: 25, patience: 2, against: 'best', leastEpochs: 4 };

  it('waits for patience epochs after the best', () => {
    expect(watch(rule, [9, 8, 7, 6, 5, 4, 5, 4.5, 1])).toEqual({ stopped: 7, best: 5 });
  });

  it('does not stop before the least epoch and patience after it, however early the best was', () => {
    expect(watch(rule, [1, 2, 3, 4, 5, 6, 7])).toEqual({ stopped: 6, best: 0 });
  });

  it('takes no epoch that does not count, however good', () => {
    expect(watch(rule, [1, 1, 1, 1, 5, 6, 7, 8], 4)).toEqual({ stopped: 6, best: 4 });
  });

  it('keeps the first of equally good epochs', () => {
    expect(watch(rule, [9, 9, 9, 9, 3, 3, 3, 3])).toEqual({ stopped: 6, best: 4 });
  });
});
