import { describe, expect, it } from 'vitest';
import { randomMagnitude, weightSeed } from '../contract/random-score.js';
import { randomScore, tensorScore } from '../score/scores.js';
import { type ArrayWeight, arrayWeight } from '../testing/array-backend.js';
import { prune, values } from '../testing/prune.js';

describe('rule exact', () => {
  it('drops the smallest of all weights together', async () => {
    const [a, b] = [arrayWeight(5, -1, 8), arrayWeight(-2, 9, 3, 7)];
    const result = await prune([a, b]).update(3 / 7);
    expect([values(a), values(b)]).toEqual([
      [5, 0, 8],
      [0, 9, 0, 7],
    ]);
    expect(result).toEqual({ position: 3 / 7, target: 3 / 7, dropped: 3, sparsity: 3 / 7, notices: [] });
  });

  it.each([
    ['ten equal scores', [1, 1, 1, 1, 1, 1, 1, 1, 1, 1], 0.5, [0, 0, 0, 0, 0, 1, 1, 1, 1, 1]],
    ['signs that tie', [-1, 1, -1, 1], 0.5, [0, 0, -1, 1]],
    ['zeros of both signs', [0, 4, -0, 0, 3], 0.4, [0, 4, 0, 0, 3]],
    ['seven distinct', [7, 6, 5, 4, 3, 2, 1], 0.5, [7, 6, 5, 4, 0, 0, 0]],
    ['everything', [1, 2], 1, [0, 0]],
    ['nothing', [1, 2], 0, [1, 2]],
  ])('drops exactly the budget: %s', async (_name, before, sparsity, after) => {
    const weight = arrayWeight(...before);
    await prune([weight]).update(sparsity);
    expect(values(weight)).toEqual(after);
  });

  it('breaks ties by the order of the weights, then by index', async () => {
    const [a, b] = [arrayWeight(1, 1), arrayWeight(1, 1)];
    await prune([b, a]).update(0.75);
    expect([values(a), values(b)]).toEqual([
      [0, 1],
      [0, 0],
    ]);
  });

  it('drops NaN and infinity last', async () => {
    const weight = arrayWeight(Number.NaN, 3, Number.NEGATIVE_INFINITY, 1e30);
    const pruner = prune([weight]);
    await pruner.update(0.5);
    expect(values(weight)).toEqual([Number.NaN, 0, Number.NEGATIVE_INFINITY, 0]);
    await pruner.update(0.75);
    expect(values(weight)).toEqual([Number.NaN, 0, 0, 0]);
  });

  it('never brings an element back: rising, flat and falling targets', async () => {
    const weight = arrayWeight(4, 3, 2, 1);
    const pruner = prune([weight]);
    await pruner.update(0.5);
    weight.values.set([1, 2, 30, 40]);
    for (const target of [0.5, 0.25, 0]) {
      expect((await pruner.update(target)).dropped).toBe(0);
      expect(values(weight)).toEqual([1, 2, 0, 0]);
    }
    await pruner.update(0.75);
    expect(values(weight)).toEqual([0, 2, 0, 0]);
  });

  it('changes nothing the second time, whatever the weights did in between', async () => {
    const weight = arrayWeight(4, 3, 2, 1);
    const pruner = prune([weight]);
    await pruner.update(0.5);
    weight.values.set([0.1, 0.2, 0, 0]);
    expect((await pruner.update(0.5)).dropped).toBe(0);
    expect((await pruner.report()).total.kept).toBe(2);
  });
});

describe('distribution uniform', () => {
  it('gives every weight the same sparsity', async () => {
    const [a, b] = [arrayWeight(1, 2, 3, 4), arrayWeight(10, 20)];
    await prune([a, b], { distribution: 'uniform' }).update(0.5);
    expect([values(a), values(b)]).toEqual([
      [0, 0, 3, 4],
      [0, 20],
    ]);
  });
});

describe('rule published', () => {
  const published = (weight: ArrayWeight) => prune([weight], { rule: 'published' });

  it('drops one fewer than asked', async () => {
    const weight = arrayWeight(10, 9, 8, 7, 6, 5, 4, 3, 2, 1);
    expect((await published(weight).update(0.5)).dropped).toBe(4);
  });

  it('leaves ties at the threshold', async () => {
    const weight = arrayWeight(1, 1, 1, 1, 1, 1, 1, 1, 1, 1);
    expect((await published(weight).update(0.5)).dropped).toBe(0);
  });

  it('truncates the float64 product: 0.29 of 100 asks for 28', async () => {
    const weight = arrayWeight(...Array.from({ length: 100 }, (_, i) => i + 1));
    expect((await published(weight).update(0.29)).dropped).toBe(27);
  });

  it('stops when the request is not below what is active, and says so', async () => {
    const weight = arrayWeight(1, 2, 3, 4);
    const pruner = published(weight);
    expect(await pruner.update(1.2)).toMatchObject({ dropped: 0, skipped: 'target-not-below-active' });
    expect(values(weight)).toEqual([1, 2, 3, 4]);
  });

  it('forgets a weight with nothing left', async () => {
    const [a, b] = [arrayWeight(1, 2), arrayWeight(10, 11, 12, 13, 14, 15, 16, 17)];
    const pruner = prune([a, b], { rule: 'published' });
    await pruner.update(0.3); // asks for 3 of 10: 1 and 2 go, strictly below 10
    expect(values(a)).toEqual([0, 0]);
    await pruner.update(0.3); // 2 of the 8 that are left: strictly below 11
    expect(values(b)).toEqual([0, 11, 12, 13, 14, 15, 16, 17]);
  });

  it.each([
    { distribution: 'uniform' },
    { floor: 0.1 },
    { floor: { elements: 1 } },
    { untrained: 'wait' },
    { keepZeros: true },
  ] as const)('refuses what the program does not know: %o', (option) => {
    expect(() => prune([arrayWeight(1)], { rule: 'published', ...option })).toThrow(TypeError);
  });
});

describe('scores', () => {
  it('rank by a tensor that the caller supplies, looked at anew each time', async () => {
    const weight = arrayWeight(1, 2, 3, 4);
    const score = arrayWeight(4, -3, 2, -1);
    const pruner = prune([weight], { score: tensorScore<ArrayWeight>(() => score) });
    await pruner.update(0.25);
    expect(values(weight)).toEqual([1, 2, 3, 0]);
    score.values.set([0, 5, 5, 5]);
    await pruner.update(0.5);
    expect(values(weight)).toEqual([0, 2, 3, 0]);
  });

  it('refuse a tensor of another shape and leave everything as it was', async () => {
    const weight = arrayWeight(1, 2);
    const pruner = prune([weight], { score: tensorScore<ArrayWeight>(() => arrayWeight(1)) });
    await expect(pruner.update(0.5)).rejects.toMatchObject({
      code: 'score-mismatch',
      message: 'the score of "a" needs the shape [2], got the shape [1]',
    });
    expect(values(weight)).toEqual([1, 2]);
  });

  it('refuse a tensor of nothing but NaN among what is kept, and leave everything as it was', async () => {
    const weights = [arrayWeight(1, 2), arrayWeight(3, 4)];
    const scores = [arrayWeight(1, Number.NaN), arrayWeight(2, Number.NaN)];
    const pruner = prune(weights, {
      score: tensorScore<ArrayWeight>(({ name }) => scores['ab'.indexOf(name)]!),
    });
    await pruner.update(0.25);
    expect(weights.map(values)).toEqual([
      [0, 2],
      [3, 4],
    ]);
    await expect(pruner.update(0.5)).rejects.toMatchObject({
      code: 'score-mismatch',
      message: 'the score of "a" is NaN for every kept element',
    });
    scores[0]!.values[1] = 3;
    expect((await pruner.update(0.5)).dropped).toBe(1);
  });

  it('drop in a random order that depends on seed and name alone', async () => {
    const order = (name: string) =>
      Array.from({ length: 8 }, (_, i) => i).sort(
        (a, b) => randomMagnitude(weightSeed(3, name), a) - randomMagnitude(weightSeed(3, name), b),
      );
    const weight = arrayWeight(1, 2, 3, 4, 5, 6, 7, 8);
    const pruner = prune([weight], { score: randomScore({ seed: 3 }) });
    for (let count = 1; count <= 8; count += 1) {
      await pruner.update(count / 8);
      const zeros = values(weight).flatMap((value, i) => (value === 0 ? [i] : []));
      expect(zeros.sort()).toEqual(order('a').slice(0, count).sort());
    }
  });

  it.each([-1, 1.5, 2 ** 32, Number.NaN])('refuse the seed %s', (seed) => {
    expect(() => randomScore({ seed })).toThrow(RangeError);
  });
});
