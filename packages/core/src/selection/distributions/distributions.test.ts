import { describe, expect, it } from 'vitest';
import { arrayWeight } from '../../testing/array-backend.js';
import { prune, values } from '../../testing/prune.js';
import type { DistributionFunction } from './distribution.js';

const two = () => [arrayWeight(1, 2, 3, 4), arrayWeight(10, 20, 30, 40)];

describe('distribution', () => {
  it('global ranks all together, uniform each by itself', async () => {
    const [a, b] = two();
    await prune([a!, b!]).update(0.5);
    expect([values(a!), values(b!)]).toEqual([
      [0, 0, 0, 0],
      [10, 20, 30, 40],
    ]);
    const [c, d] = two();
    await prune([c!, d!], { distribution: 'uniform' }).update(0.5);
    expect([values(c!), values(d!)]).toEqual([
      [0, 0, 3, 4],
      [0, 0, 30, 40],
    ]);
  });

  it('a function says for each, and sees copies', async () => {
    const [a, b] = two();
    const seen: unknown[] = [];
    const own: DistributionFunction = (weights, sparsity) => {
      seen.push(...weights, sparsity);
      (weights[0]!.shape as number[])[0] = 99;
      return [sparsity / 2, 0.75];
    };
    const pruner = prune([a!, b!], { distribution: own });
    expect(await pruner.update(0.5)).toMatchObject({ dropped: 4, target: 0.5, sparsity: 0.5 });
    expect([values(a!), values(b!)]).toEqual([
      [0, 2, 3, 4],
      [0, 0, 0, 40],
    ]);
    expect(seen).toMatchObject([{ name: 'a', elements: 4 }, { name: 'b', elements: 4 }, 0.5]);
    expect((await pruner.report()).weights.map(({ shape }) => shape)).toEqual([[4], [4]]);
  });

  it('is named in a state, and another is refused', async () => {
    const halves = Object.assign(() => [0.5, 0.5], { kind: 'halves' });
    const state = await prune(two(), { distribution: halves }).save();
    expect(state.distribution).toBe('halves');
    expect((await prune(two(), { distribution: () => [0, 0] }).save()).distribution).toBe('custom');
    await expect(prune(two()).restore(state)).rejects.toThrow(
      'this pruner has distribution "global", the state was saved with "halves"',
    );
  });

  it.each([
    ['too few', () => [0.5]],
    ['no list', () => 0.5],
    ['more than all', () => [0.5, 1.5]],
    ['no number', () => [0.5, Number.NaN]],
  ])('a function that gives %s is refused, and nothing changes', async (_name, own) => {
    const [a, b] = two();
    const pruner = prune([a!, b!], { distribution: own as never });
    await expect(pruner.update(0.5)).rejects.toMatchObject({ code: 'invalid-sparsity' });
    expect([values(a!), values(b!)]).toEqual(two().map(values));
  });

  it('with a misspelt name says the nearest', () => {
    expect(() => prune(two(), { distribution: 'unifrom' as never })).toThrow('did you mean "uniform"?');
  });
});
