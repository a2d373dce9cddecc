import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linearRamp } from '../schedule/index.js';
import { randomScore, tensorScore } from '../score/scores.js';
import { type ArrayWeight, arrayWeight, createArrayBackend } from '../testing/array-backend.js';
import { prune, values } from '../testing/prune.js';

const bits = (weight: ArrayWeight) =>
  [...weight.values].map((value) => (Object.is(value, -0) ? '-0' : `${value}`));

describe('keepZeros', () => {
  it('drops the 88 zeros of a sparse model before a ramp from 0, which then brings none back', async () => {
    const weight = arrayWeight(...Array.from({ length: 100 }, (_, i) => (i % 25 < 3 ? i + 1 : 0)));
    const schedule = linearRamp({ from: 0, to: 0.9, start: 0, end: 10 });
    const pruner = prune([weight], { keepZeros: true, schedule });
    expect(await pruner.update(0)).toEqual({
      position: 0,
      target: 0,
      dropped: 88,
      sparsity: 0.88,
      notices: [],
    });
    weight.values.fill(1);
    await pruner.enforce();
    expect(values(weight).filter((value) => value === 0)).toHaveLength(88);
    expect((await pruner.update(9)).dropped).toBe(0);
    expect((await pruner.update(10)).dropped).toBe(2);
    expect((await pruner.report()).total).toMatchObject({ dropped: 90, zeros: 90 });
  });

  it('meets a budget above the zeros exactly, and changes nothing below them', async () => {
    const [a, b] = [arrayWeight(0, 5, -0, 1), arrayWeight(2, 0, 7, 8)];
    const pruner = prune([a, b], { keepZeros: true });
    expect((await pruner.update(0.25)).dropped).toBe(3);
    expect([a, b].map(values)).toEqual([
      [0, 5, 0, 1],
      [2, 0, 7, 8],
    ]);
    expect((await pruner.update(0.5)).dropped).toBe(1);
    expect([a, b].map(values)).toEqual([
      [0, 5, 0, 0],
      [2, 0, 7, 8],
    ]);
  });

  it('looks at the weight itself, whatever the score', async () => {
    const tensor = arrayWeight(9, 1, 9, 9);
    const weight = arrayWeight(0, 2, 3, 4);
    const pruner = prune([weight], { keepZeros: true, score: tensorScore<ArrayWeight>(() => tensor) });
    await pruner.update(0.25);
    expect((await pruner.save()).weights[0]!.mask).toBe(Buffer.of(0b1110).toString('base64'));
    await pruner.update(0.5);
    expect(values(weight)).toEqual([0, 0, 3, 4]);
    const other = arrayWeight(0, 2, 3, 4);
    const random = prune([other], { keepZeros: true, score: randomScore({ seed: 1 }) });
    expect((await random.update(0)).dropped).toBe(1);
    expect((await random.update(0.5)).dropped).toBe(1);
    expect(values(other)[0]).toBe(0);
  });

  it('gives each weight its own budget above its zeros, per weight', async () => {
    const [a, b] = [arrayWeight(0, 0, 0, 1), arrayWeight(4, 3, 2, 1)];
    await prune([a, b], { keepZeros: true, distribution: 'uniform' }).update(0.5);
    expect([a, b].map(values)).toEqual([
      [0, 0, 0, 1],
      [4, 3, 0, 0],
    ]);
  });

  it('drops zeros beside a floor, and nothing more of that weight', async () => {
    const [a, b] = [arrayWeight(0, 0, 0, 1), arrayWeight(5, 6, 7, 8)];
    const pruner = prune([a, b], { keepZeros: true, floor: 0.5 });
    await pruner.update(5 / 8);
    expect([a, b].map(values)).toEqual([
      [0, 0, 0, 1],
      [0, 0, 7, 8],
    ]);
    await expect(pruner.update(6 / 8)).rejects.toMatchObject({ code: 'floor-conflict' });
  });

  it('takes no subnormal for a zero where they rank by their bits', async () => {
    const weight = arrayWeight(0, 1e-45, 1, 2);
    expect((await prune([weight], { keepZeros: true }).update(0)).dropped).toBe(1);
  });

  it('looks at the first update alone', async () => {
    const weight = arrayWeight(1, 2, 3, 4);
    const pruner = prune([weight], { keepZeros: true });
    await pruner.update(0.25);
    weight.values[1] = 0;
    expect((await pruner.update(0.25)).dropped).toBe(0);
    expect((await pruner.report()).total).toMatchObject({ dropped: 1, zeros: 2 });
  });

  it('leaves masks as they were, and none behind, when the update fails', async () => {
    const backend = createArrayBackend();
    const [a, b] = [arrayWeight(0, 0, 3, 4), arrayWeight(5, 6, 7, 8)];
    const pruner = prune([a, b], { backend, keepZeros: true, floor: 0.5 });
    await expect(pruner.update(0.9)).rejects.toMatchObject({ code: 'floor-conflict' });
    expect(await pruner.report()).toMatchObject({ position: null, total: { dropped: 0, zeros: 2 } });
    expect(backend.liveMasks()).toBe(2);
    expect((await pruner.update(0)).dropped).toBe(2);
    expect(backend.liveMasks()).toBe(2);
  });

  it('leaves masks as they were when the drop itself fails', async () => {
    const plain = createArrayBackend();
    let drops = 0;
    const drop: typeof plain.drop = (groups) => {
      drops += 1;
      if (drops === 2) throw new Error('device lost');
      return plain.drop(groups);
    };
    const weight = arrayWeight(0, 2, 3, 4);
    const pruner = prune([weight], { backend: { ...plain, drop }, keepZeros: true });
    await expect(pruner.update(0.5)).rejects.toThrow('device lost');
    expect((await pruner.report()).total).toMatchObject({ dropped: 0, zeros: 1 });
    expect((await pruner.update(0.5)).dropped).toBe(2);
    expect(plain.liveMasks()).toBe(1);
  });

  it('drops as many as the larger of zeros and budget, for any weights', async () => {
    const weight = fc.array(fc.integer({ min: -2, max: 2 }), { minLength: 1, maxLength: 12 });
    const setup = fc.record({
      lists: fc.array(weight, { minLength: 1, maxLength: 4 }),
      twentieths: fc.integer({ min: 0, max: 20 }),
    });
    await fc.assert(
      fc.asyncProperty(setup, async ({ lists, twentieths }) => {
        const weights = lists.map((list) => arrayWeight(...list));
        const elements = lists.flat();
        const zeros = elements.filter((value) => value === 0).length;
        const { dropped } = await prune(weights, { keepZeros: true }).update(twentieths / 20);
        expect(dropped).toBe(Math.max(zeros, Math.floor((twentieths * elements.length) / 20)));
        // All that were zero are among the dropped, so no dropped one was taken in their place.
        expect(weights.flatMap(values).filter((value) => value === 0)).toHaveLength(dropped);
      }),
      { numRuns: 60 },
    );
  });
});

describe("untrained: 'wait'", () => {
  it('leaves a weight of zeros alone until it holds something, and the others make up the budget', async () => {
    const [a, b] = [arrayWeight(0, -0, 0, 0), arrayWeight(1, 2, 3, 4)];
    const pruner = prune([a, b], { untrained: 'wait' });
    const first = await pruner.update(0.25);
    expect([first.dropped, first.notices.map(({ code, weights }) => [code, weights])]).toEqual([
      2,
      [['untrained-waiting', ['a']]],
    ]);
    expect([bits(a), values(b)]).toEqual([
      ['0', '-0', '0', '0'],
      [0, 0, 3, 4],
    ]);
    a.values.set([0.5, 9, 0.25, 8]);
    const second = await pruner.update(0.5);
    expect([second.dropped, second.notices]).toEqual([2, []]);
    expect([a, b].map(values)).toEqual([
      [0, 9, 0, 8],
      [0, 0, 3, 4],
    ]);
  });

  it('refuses what the others cannot give, and changes nothing', async () => {
    const [a, b] = [arrayWeight(0, 0), arrayWeight(1, 2)];
    const pruner = prune([a, b], { untrained: 'wait' });
    await expect(pruner.update(0.75)).rejects.toMatchObject({
      code: 'floor-conflict',
      message:
        'sparsity 0.75 asks to drop 3 more of the 4 elements of "a", "b", ' +
        'but the floor, with "a" waiting to be trained, leaves 2. Ask for less, or when they are trained',
    });
    expect((await pruner.report()).total.dropped).toBe(0);
  });

  it('passes over a waiting weight, per weight', async () => {
    const [a, b] = [arrayWeight(0, 0), arrayWeight(1, 2)];
    const result = await prune([a, b], { untrained: 'wait', distribution: 'uniform' }).update(0.5);
    expect([result.dropped, values(b)]).toEqual([1, [0, 2]]);
    expect(result.notices.map(({ code }) => code)).toEqual(['untrained-waiting']);
  });

  it('goes by the weight, not by its score', async () => {
    const [a, b] = [arrayWeight(0, 0), arrayWeight(1, 2)];
    const score = tensorScore<ArrayWeight>(({ name }) =>
      name === 'a' ? arrayWeight(1, 1) : arrayWeight(8, 9),
    );
    await prune([a, b], { untrained: 'wait', score }).update(0.25);
    expect(values(b)).toEqual([0, 2]);
  });

  it('keeps a weight of zeros from keepZeros too', async () => {
    const [a, b] = [arrayWeight(0, 0), arrayWeight(0, 2)];
    const pruner = prune([a, b], { untrained: 'wait', keepZeros: true });
    await pruner.update(0);
    expect((await pruner.report()).weights.map(({ dropped }) => dropped)).toEqual([0, 1]);
  });
});
