import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { constantSparsity } from '../schedule/constant-sparsity.js';
import { linearRamp } from '../schedule/linear-ramp.js';
import { arrayWeight } from '../testing/array-backend.js';
import { prune, values } from '../testing/prune.js';

const two = () => [arrayWeight(1, 2, 3, 4), arrayWeight(10, 20, 30, 40)];

describe('ceiling', () => {
  it('takes of each weight what it has to give, and the rest where it ranks lowest', async () => {
    const [a, b] = two();
    const pruner = prune([a!, b!], { ceiling: 0.75 });
    await pruner.update(0.5);
    expect([values(a!), values(b!)]).toEqual([
      [0, 0, 0, 4],
      [0, 20, 30, 40],
    ]);
    expect((await pruner.save()).ceiling).toBe(0.75);
  });

  it('holds by lamp as well', async () => {
    const [a, b] = two();
    await prune([a!, b!], { ceiling: 0.5, distribution: 'lamp' }).update(0.5);
    expect([values(a!), values(b!)]).toEqual([
      [0, 0, 3, 4],
      [0, 0, 30, 40],
    ]);
  });

  it('is met as soon as the target allows: what is above it goes first', async () => {
    const [a, b] = two();
    const pruner = prune([a!, b!], {
      schedule: linearRamp({ from: 0, to: 0.75, start: 0, end: 6 }),
      ceiling: 0.5,
    });
    const seen: string[] = [];
    for (let epoch = 1; epoch <= 6; epoch += 1) {
      const { notices } = await pruner.update(epoch);
      expect(notices.filter(({ code }) => code === 'above-ceiling')).toEqual([]);
      seen.push([a!, b!].map((weight) => values(weight).filter((value) => value !== 0).length).join());
    }
    expect(seen).toEqual(['3,4', '2,4', '2,3', '2,2', '1,2', '0,2']);
    expect((await pruner.report()).notices.map(({ code }) => code)).not.toContain('above-ceiling');
  });

  it('that does not hold at the end is told, with the weights and by how much', async () => {
    const [a, b] = two();
    const distribution = () => [1, 0];
    const pruner = prune([a!, b!], { schedule: constantSparsity(0.5), ceiling: 0.75, distribution });
    const told = expect.objectContaining({
      code: 'above-ceiling',
      message: expect.stringContaining('more is left than the ceiling lets stay: "b" by 1.'),
      weights: ['b'],
    });
    expect((await pruner.update(0)).notices).toContainEqual(told);
    expect((await pruner.report()).notices).toContainEqual(told);
  });

  it('below a floor is refused, with the weights and by how much', () => {
    expect(() => prune(two(), { ceiling: 0.5, floor: { elements: 3 } })).toThrow(
      'the floor keeps more than the ceiling lets stay: "a" by 1, "b" by 1.',
    );
  });

  it('of more than the schedule comes to is refused, and says by how much', () => {
    const options = { ceiling: 0.25, schedule: constantSparsity(0.5) };
    expect(() => prune(two(), options)).toThrow(
      'the ceiling asks to drop 6, and the schedule ends at 0.5, which drops 4: 2 too few',
    );
  });

  it.each([
    [{ ceiling: 1.5 }, 'createPruner needs `ceiling` in [0, 1], got 1.5'],
    [{ ceiling: 0.5, pattern: { kind: 'n:m', keep: 2, of: 4, axis: 0 } }, 'ceiling has no meaning'],
    [{ ceiling: 0.5, rule: 'published' }, "rule 'published'"],
  ] as const)('refuses %o', (options, message) => {
    expect(() => prune(two(), options)).toThrow(message);
  });

  it('of another height is refused of a state', async () => {
    const state = await prune(two(), { ceiling: 0.5 }).save();
    await prune(two(), { ceiling: 0.5 }).restore(JSON.parse(JSON.stringify(state)));
    await expect(prune(two()).restore(state)).rejects.toThrow(
      'this pruner has ceiling 1, the state was saved with 0.5',
    );
  });

  it('of blocks counts blocks', async () => {
    const [a, b] = [arrayWeight(1, 1, 2, 2), arrayWeight(9, 9, 8, 8)];
    const pattern = { kind: 'block', shape: [2] } as const;
    await prune([a, b], { ceiling: 0.5, pattern }).update(0.5);
    expect([values(a), values(b)]).toEqual([
      [0, 0, 2, 2],
      [9, 9, 0, 0],
    ]);
  });

  it('and a floor hold for any weights, exactly as many go, and outside of the bounds by rank alone', async () => {
    const weight = fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 1, maxLength: 12 });
    const setup = fc.record({
      lists: fc.array(weight, { minLength: 1, maxLength: 6 }),
      floor: fc.constantFrom(0, 0.1, 0.3),
      ceiling: fc.constantFrom(0.4, 0.6, 0.8, 1),
      twentieths: fc.integer({ min: 0, max: 20 }),
      distribution: fc.constantFrom('global', 'lamp'),
    });
    await fc.assert(
      fc.asyncProperty(setup, async ({ lists, floor, ceiling, twentieths, distribution }) => {
        const sizes = lists.map(({ length }) => length);
        const floors = sizes.map((size) => Math.ceil(floor * size - 1e-9));
        const ceilings = sizes.map((size) => Math.floor(ceiling * size + 1e-9));
        const make = () =>
          prune(
            lists.map((list) => arrayWeight(...list)),
            { floor, ceiling, distribution },
          );
        if (floors.some((least, i) => least > ceilings[i]!)) {
          expect(make).toThrow('the floor keeps more');
          return;
        }
        const elements = sum(sizes);
        const budget = Math.floor((twentieths * elements) / 20 + 1e-9);
        if (budget > elements - sum(floors)) return;
        const pruner = make();
        await pruner.update(twentieths / 20);
        const kept = (await pruner.report()).weights.map((one) => one.kept);
        expect(sum(kept)).toBe(elements - budget);
        const due = sizes.map((size, i) => size - ceilings[i]!);
        const met = sum(due) <= budget;
        for (const [i, own] of kept.entries()) {
          expect(own).toBeGreaterThanOrEqual(met ? floors[i]! : ceilings[i]!);
          if (met) expect(own).toBeLessThanOrEqual(ceilings[i]!);
        }
        if (distribution === 'lamp' || !met) return;
        // One at a time by rank, passing over weights at their floor, and those that others owe what is left.
        expect(kept).toEqual(oneByOne(lists, { floors, due, budget }));
      }),
      { numRuns: 300 },
    );
  });
});

/** What each keeps: first each gives its lowest as far as it has to, then all together theirs. */
function oneByOne(
  lists: readonly (readonly number[])[],
  { floors, due, budget }: { floors: readonly number[]; due: readonly number[]; budget: number },
): number[] {
  const ranks = lists.map((list) => list.map(Math.abs).sort((a, b) => a - b));
  const gone = [...due];
  const rest = ranks
    .flatMap((list, weight) => list.map((magnitude, rank) => ({ magnitude, weight, rank })))
    .filter(({ weight, rank }) => rank >= due[weight]! && rank < lists[weight]!.length - floors[weight]!)
    .sort((a, b) => a.magnitude - b.magnitude || a.weight - b.weight || a.rank - b.rank);
  for (const { weight } of rest.slice(0, budget - sum(due))) gone[weight]! += 1;
  return lists.map((list, i) => list.length - gone[i]!);
}

function sum(list: readonly number[]): number {
  return list.reduce((total, value) => total + value, 0);
}
