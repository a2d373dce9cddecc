import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { amountOfRemaining } from '../schedule/amount-of-remaining.js';
import { oneShot } from '../schedule/one-shot.js';
import { sparsityOfCount } from '../schedule/sparsity-of-count.js';
import { elementBudget } from '../selection/budget.js';
import { arrayWeight } from '../testing/array-backend.js';
import { prune, values } from '../testing/prune.js';
import { acdc } from './acdc.js';
import { createRewind } from './create-rewind.js';

describe('acdc', () => {
  it('finds masks anew at each compressed phase, and all comes back from zero at each dense one', async () => {
    const weight = arrayWeight(1, 2, 3, 4);
    const pruner = prune([weight], acdc({ to: 0.5, start: 1, compressed: 2, dense: 2, end: 9 }));
    const seen: number[][] = [];
    for (let epoch = 0; epoch < 11; epoch += 1) {
      const { notices } = await pruner.update(epoch);
      expect(notices).toEqual([]);
      seen.push(values(weight));
      // Trained, the first two elements become the largest.
      if (epoch === 4) weight.values.set([9, 8, 3, 4]);
    }
    const [dense, first, second] = [
      [1, 2, 3, 4],
      [0, 0, 3, 4],
      [9, 8, 0, 0],
    ];
    expect(seen).toEqual([
      ...[dense, first, first, first, first],
      ...[second, second, second, second, second, second],
    ]);
    expect((await pruner.report()).total).toMatchObject({ sparsity: 0.5, dropped: 2 });
  });

  it('keeps everything in a dense phase', async () => {
    const pruner = prune(
      [arrayWeight(1, 2, 3, 4)],
      acdc({ to: 0.75, start: 0, compressed: 1, dense: 1, end: 5 }),
    );
    expect(await pruner.update(0)).toMatchObject({ dropped: 3, sparsity: 0.75 });
    expect(await pruner.update(1)).toMatchObject({ dropped: -3, regrown: 3, sparsity: 0 });
    expect((await pruner.masks())[0]!.bits).toEqual(Uint8Array.of(0b1111));
  });

  it('says where it ends', () => {
    const { schedule } = acdc({ to: 0.9, start: 0, compressed: 5, dense: 5, end: 100 });
    expect([schedule.end, schedule.to]).toEqual([100, 0.9]);
    expect([-1, 0, 4, 5, 9, 10, 99, 100, 1e6].map(schedule)).toEqual([0, 0.9, 0.9, 0, 0, 0.9, 0, 0.9, 0.9]);
  });

  it.each([
    [{ to: 0.9, start: 0, compressed: 0, dense: 5, end: 100 }, 'acdc needs compressed above 0, got 0'],
    [{ to: 0.9, start: 0, compressed: 5, dense: 5, end: -1 }, 'acdc needs end not before start'],
    [{ to: 2, start: 0, compressed: 5, dense: 5, end: 9 }, 'acdc needs `to` in [0, 1], got 2'],
    [{ to: 0.9, start: 0, sparse: 5, dense: 5, end: 9 }, 'acdc has no option "sparse"'],
  ])('refuses %o', (phases, message) => {
    expect(() => acdc(phases as never)).toThrow(message);
  });
});

describe('createRewind', () => {
  const start = async () => {
    const weight = arrayWeight(4, 3, 2, 1);
    const pruner = prune([weight], { schedule: amountOfRemaining({ amount: 0.5 }) });
    const points = createRewind<Float32Array>({
      save: () => weight.values.slice(),
      load: (saved) => weight.values.set(saved),
    });
    return { weight, pruner, points };
  };

  it('goes back to the weights of a step, and the masks stay', async () => {
    const { weight, pruner, points } = await start();
    await points.keep(0);
    weight.values.set([1, 2, 3, 4]);
    await points.keep(100);
    await pruner.update(0);
    expect(values(weight)).toEqual([0, 0, 3, 4]);
    await points.rewind(pruner, 0);
    expect(values(weight)).toEqual([0, 0, 2, 1]);
    await pruner.update(1);
    await points.rewind(pruner, 100);
    expect(values(weight)).toEqual([0, 0, 3, 0]);
    expect(points.steps()).toEqual([0, 100]);
  });

  it('to a step that was not kept is refused, and nothing changes', async () => {
    const { weight, pruner, points } = await start();
    await expect(points.rewind(pruner, 0)).rejects.toMatchObject({
      code: 'step-not-kept',
      message: 'nothing was kept at step 0: none was; keep(step) does',
    });
    await points.keep(7);
    await pruner.update(0);
    await expect(points.rewind(pruner, 8)).rejects.toThrow('nothing was kept at step 8: there are 7');
    expect(values(weight)).toEqual([4, 3, 0, 0]);
  });

  it('refuses what cannot save or load', () => {
    expect(() => createRewind({ save: () => 1 } as never)).toThrow(
      'createRewind needs load to be a function',
    );
  });
});

describe('amounts', () => {
  it('of what remains are those of torch, once and again', async () => {
    // torch.nn.utils.prune, amount 0.2 of 500 three times: 100, 80 and 64 go.
    const pruner = prune([arrayWeight(...Array.from({ length: 500 }, (_, i) => i + 1))], {
      schedule: amountOfRemaining({ amount: 0.2, start: 1 }),
    });
    for (const dropped of [0, 100, 80, 64]) {
      const round = [0, 100, 80, 64].indexOf(dropped);
      expect(await pruner.update(round)).toMatchObject({ dropped });
    }
  });

  it('come every so many positions, and so many times', () => {
    const schedule = amountOfRemaining({ amount: 0.5, start: 10, every: 5, times: 3 });
    expect([9, 10, 14, 15, 20, 25, 1e9].map(schedule)).toEqual([0, 0.5, 0.5, 0.75, 0.875, 0.875, 0.875]);
    expect([schedule.end, schedule.to]).toEqual([20, 0.875]);
    expect(amountOfRemaining({ amount: 0.5 })(1e6)).toBe(1);
    expect(amountOfRemaining({ amount: 0 })(1e6)).toBe(0);
  });

  it.each([
    [{ amount: 1.2 }, 'amountOfRemaining needs `amount` in [0, 1]'],
    [{ amount: 0.2, every: 0 }, 'amountOfRemaining needs every above 0'],
    [{ amount: 0.2, times: 0 }, 'amountOfRemaining needs times to be a whole number of at least 1'],
    [{ amout: 0.2 }, 'did you mean "amount"'],
  ])('refuse %o', (options, message) => {
    expect(() => amountOfRemaining(options as never)).toThrow(message);
  });

  it('as a count are that count', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 2 ** 40 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (elements, part) => {
          const count = Math.floor(part * elements);
          expect(elementBudget(sparsityOfCount(count, elements), elements)).toBe(count);
        },
      ),
    );
    expect(() => sparsityOfCount(5, 4)).toThrow(RangeError);
    expect(() => sparsityOfCount(1.5, 4)).toThrow(RangeError);
  });

  it('as a count drop so many', async () => {
    const weight = arrayWeight(3, 1, 2, 5, 4, 7, 6);
    await prune([weight], { schedule: oneShot({ to: sparsityOfCount(3, 7), at: 0 }) }).update(0);
    expect(values(weight)).toEqual([0, 0, 0, 5, 4, 7, 6]);
  });
});
