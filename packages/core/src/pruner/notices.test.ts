import { describe, expect, it } from 'vitest';
import type { Notice } from '../checks/notice.js';
import { linearRamp, oneShot } from '../schedule/index.js';
import { randomScore, tensorScore } from '../score/scores.js';
import { type ArrayWeight, arrayWeight, createArrayBackend } from '../testing/array-backend.js';
import { prune, values } from '../testing/prune.js';

const said = (notices: readonly Notice[]) => notices.map(({ code, weights = [] }) => [code, ...weights]);

/** A weight of so many elements, all larger than those before it. */
const large = (elements: number) => arrayWeight(...Array.from({ length: elements }, (_, i) => 1000 + i));

describe('an update tells', () => {
  it('by name which weights it left with nothing, once', async () => {
    const [a, b] = [arrayWeight(1, 2), arrayWeight(3, 4, 5, 6)];
    const pruner = prune([a, b]);
    expect(said((await pruner.update(1 / 3)).notices)).toEqual([['weight-emptied', 'a']]);
    expect(said((await pruner.update(1 / 2)).notices)).toEqual([]);
    expect(said((await pruner.update(1)).notices)).toEqual([['weight-emptied', 'b']]);
    const { notices } = await pruner.report();
    expect(said(notices)).toEqual([['weight-emptied', 'a', 'b']]);
    expect(notices[0]!.message).toMatch(/Sparsity 1 asks for it: ask for less$/);
  });

  it('which weights keep at most a hundredth while far more is left of all together', async () => {
    const [a, b] = [arrayWeight(...Array.from({ length: 200 }, (_, i) => i + 1)), large(800)];
    const pruner = prune([a, b]);
    expect(said((await pruner.update(0.197)).notices)).toEqual([]);
    expect(said((await pruner.update(0.198)).notices)).toEqual([['weight-nearly-emptied', 'a']]);
    expect(said((await pruner.update(0.199)).notices)).toEqual([]);
    expect(said((await pruner.report()).notices)).toEqual([['weight-nearly-emptied', 'a']]);
  });

  it('nothing of a hundredth that was asked for', async () => {
    const pruner = prune([large(200)]);
    expect((await pruner.update(0.99)).notices).toEqual([]);
    expect((await pruner.report()).notices).toEqual([]);
  });

  it('which weights of nothing but zeros are ranked, at the first one', async () => {
    const [a, b] = [arrayWeight(0, -0), arrayWeight(3, 4)];
    const pruner = prune([a, b]);
    expect(said((await pruner.update(0)).notices)).toEqual([['untrained-ranked', 'a']]);
    expect(said((await pruner.update(0.25)).notices)).toEqual([]);
    expect(said((await pruner.update(0.5)).notices)).toEqual([['weight-emptied', 'a']]);
  });

  it('nothing of zeros where the order is random, which does not look at them', async () => {
    const score = randomScore({ seed: 1 });
    expect((await prune([arrayWeight(0, 0), arrayWeight(3, 4)], { score }).update(0)).notices).toEqual([]);
  });

  it('that elements went by score tensors of nothing but zeros, and only then', async () => {
    const [a, b] = [arrayWeight(1, 2), arrayWeight(3, 4)];
    const scores = new Map([
      [a, arrayWeight(0, -0)],
      [b, arrayWeight(0, 0)],
    ]);
    const pruner = prune([a, b], { score: tensorScore(({ weight }) => scores.get(weight)!) });
    expect(said((await pruner.update(0)).notices)).toEqual([]);
    scores.set(b, arrayWeight(0, 5));
    expect(said((await pruner.update(0.25)).notices)).toEqual([['score-without-information', 'a']]);
    scores.set(a, arrayWeight(0, 6));
    expect(said((await pruner.update(0.5)).notices)).toEqual([]);
  });

  it('that zeros are there which may come back, at the first one', async () => {
    const [a, b, c] = [arrayWeight(0, 0, 0, 4, 5), arrayWeight(1, 2, 0, 3), large(20)];
    const pruner = prune([a, b, c]);
    const { notices } = await pruner.update(2 / 29);
    expect(said(notices)).toEqual([['zeros-present', 'a', 'b']]);
    expect(notices[0]!.message).toContain('2 of the 7 elements kept of "a", "b" are exactly zero');
    expect((await pruner.update(2 / 29)).notices).toEqual([]);
  });

  it.each([
    ['the update drops them all', [0, 0, 3, 4], 0.5],
    ['they are less than a tenth', [0, ...Array.from({ length: 10 }, (_, i) => i + 1)], 0],
    ['there are none', [1, 2, 3], 0],
  ])('nothing of zeros when %s', async (_name, before, target) => {
    expect((await prune([arrayWeight(...before)]).update(target)).notices).toEqual([]);
  });

  it('that rule published left the masks alone', async () => {
    const { notices, skipped } = await prune([arrayWeight(1, 2)], { rule: 'published' }).update(1);
    expect([skipped, said(notices)]).toEqual(['target-not-below-active', [['target-not-below-active']]]);
  });
});

describe('a report', () => {
  it('counts the zeros that are there and the dropped elements that are not', async () => {
    const [a, b] = [arrayWeight(1, 2, 3, 0), arrayWeight(5, 6)];
    const pruner = prune([a, b]);
    await pruner.update(1 / 3);
    a.values.set([7, 0, 0, Number.NaN]);
    const report = await pruner.report();
    expect(report.weights.map(({ zeros, revived, dropped }) => ({ zeros, revived, dropped }))).toEqual([
      { zeros: 2, revived: 2, dropped: 2 },
      { zeros: 0, revived: 0, dropped: 0 },
    ]);
    expect(report.total).toMatchObject({ zeros: 2, revived: 2, dropped: 2, kept: 4 });
    expect(said(report.notices)).toEqual([['dropped-not-zero', 'a']]);
    await pruner.enforce();
    expect(await pruner.report()).toMatchObject({ total: { zeros: 4, revived: 0 }, notices: [] });
  });

  it('changes neither masks nor weights', async () => {
    const weight = arrayWeight(1, 2, 3, 4);
    const pruner = prune([weight]);
    await pruner.update(0.5);
    weight.values.set([9, -0, Number.NaN, 4]);
    const state = await pruner.save();
    await pruner.report();
    expect([values(weight), await pruner.save()]).toEqual([[9, -0, Number.NaN, 4], state]);
  });

  it('leaves no mask behind, also when counting fails', async () => {
    const backend = createArrayBackend();
    let failing = false;
    const countBelow: typeof backend.countBelow = (items, magnitudes) => {
      if (failing && magnitudes.length === 1) throw new Error('device lost');
      return backend.countBelow(items, magnitudes);
    };
    const pruner = prune([arrayWeight(1, 2)], { backend: { ...backend, countBelow } });
    await pruner.update(0.5);
    await pruner.report();
    expect(backend.liveMasks()).toBe(1);
    failing = true;
    await expect(pruner.report()).rejects.toThrow('device lost');
    expect(backend.liveMasks()).toBe(1);
  });

  it('says that the schedule has not come to its end, until it has', async () => {
    const weight = arrayWeight(1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
    const pruner = prune([weight], { schedule: linearRamp({ from: 0, to: 0.8, start: 0, end: 25 }) });
    expect((await pruner.report()).notices).toEqual([]);
    await pruner.update(20);
    expect((await pruner.report()).notices).toEqual([
      {
        code: 'schedule-unfinished',
        message:
          'the schedule reaches 0.8 at position 25; the last update was at position 20, where it asks for 0.64. ' +
          'Update on to 25, or let the schedule end sooner',
      },
    ]);
    await pruner.update(25);
    expect((await pruner.report()).notices).toEqual([]);
  });

  it('says nothing of it where as much is dropped as it ends with, after positions that went back', async () => {
    for (const distribution of ['global', 'uniform'] as const) {
      // Of each size as many large ones, so that neither is emptied.
      const weights = [10, 20].map((size) =>
        arrayWeight(...Array.from({ length: size }, (_, i) => (i + 1) / size)),
      );
      const schedule = linearRamp({ from: 0, to: 0.8, start: 0, end: 25 });
      const pruner = prune(weights, { schedule, distribution });
      await pruner.update(24);
      await pruner.update(3);
      expect(said((await pruner.report()).notices)).toEqual([['schedule-unfinished']]);
      await pruner.update(25);
      await pruner.update(3);
      expect((await pruner.report()).notices).toEqual([]);
    }
  });

  it('says nothing of it where the zeros that were kept are as many', async () => {
    const pruner = prune([arrayWeight(0, 0, 0, 0, 0, 0, 0, 0, 1, 2)], {
      schedule: linearRamp({ from: 0, to: 0.8, start: 0, end: 25 }),
      keepZeros: true,
    });
    await pruner.update(0);
    const { total, notices } = await pruner.report();
    expect([total.dropped, notices]).toEqual([8, []]);
  });

  it('says nothing of an end that is not known, or reached', async () => {
    for (const schedule of [(step: number) => step / 10, oneShot({ to: 0.5, at: 0 })]) {
      const pruner = prune([arrayWeight(1, 2)], { schedule });
      await pruner.update(1);
      expect((await pruner.report()).notices).toEqual([]);
    }
  });

  it('takes the word of a closure that says where it ends', async () => {
    const schedule = Object.assign((step: number) => step / 10, { end: 8, to: 0.8 });
    const pruner = prune([large(10)], { schedule });
    await pruner.update(5);
    expect(said((await pruner.report()).notices)).toEqual([['schedule-unfinished']]);
  });
});

describe('a later update', () => {
  it('makes no pass over the weights beyond those it needs', async () => {
    const backend = createArrayBackend();
    let counts = 0;
    const countBelow: typeof backend.countBelow = (...request) => {
      counts += 1;
      return backend.countBelow(...request);
    };
    const pruner = prune([arrayWeight(0, 1, 2, 3)], { backend: { ...backend, countBelow } });
    await pruner.update(0);
    counts = 0;
    await pruner.update(0.5);
    expect(counts).toBe(0);
  });
});

describe('names in a notice', () => {
  it('are no more than a dozen, and cannot drive a terminal', async () => {
    const weights: { name: string; weight: ArrayWeight }[] = Array.from({ length: 20 }, (_, i) => ({
      name: `\u001b[2J${i}`,
      weight: arrayWeight(1),
    }));
    const backend = createArrayBackend();
    const { notices } = await prune([], { backend, weights }).update(1);
    expect(notices[0]!.weights).toHaveLength(20);
    expect(notices[0]!.message).toContain('"\\u001b[2J11" and 8 more');
    expect(notices[0]!.message).not.toContain('\u001b');
  });
});
