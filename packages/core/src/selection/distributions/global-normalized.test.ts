import { describe, expect, it } from 'vitest';
import { arrayWeight } from '../../testing/array-backend.js';
import { prune, values } from '../../testing/prune.js';
import { globalNormalized } from './global-normalized.js';

describe('globalNormalized', () => {
  it('ranks all together by scores over the norm of their weight', async () => {
    // 3, 4, 12 by 13 are .23, .31, .92; 40, 90, 120, 240, of norm 284.3, are .14, .32, .42, .84.
    const [a, b] = [arrayWeight(12, -3, 4), arrayWeight(90, 40, 240, 120)];
    await prune([a, b], { distribution: globalNormalized }).update(3 / 7);
    expect([values(a), values(b)]).toEqual([
      [12, 0, 0],
      [90, 0, 240, 120],
    ]);
  });

  it('lets a weight of nothing but zeros go first', async () => {
    const [a, b] = [arrayWeight(1, 2), arrayWeight(0, 0)];
    await prune([a, b], { distribution: globalNormalized }).update(0.75);
    expect([values(a), values(b)]).toEqual([
      [0, 2],
      [0, 0],
    ]);
  });

  it('is named in a state', async () => {
    const pruner = prune([arrayWeight(1)], { distribution: globalNormalized });
    expect((await pruner.save()).distribution).toBe('globalNormalized');
  });

  it('says that it is the distribution itself to whoever calls it for one', () => {
    const call = globalNormalized as (...options: readonly unknown[]) => unknown;
    expect(() => call()).toThrow(TypeError);
    expect(() => call({ epsilon: 1e-8 })).toThrow('distribution: globalNormalized, without a call');
  });
});
