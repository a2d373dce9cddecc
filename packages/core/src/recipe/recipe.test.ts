import { describe, expect, it } from 'vitest';
import { createPruner } from '../pruner/pruner.js';
import { setRegrowth } from '../regrowth/set-regrowth.js';
import { arrayWeight, createArrayBackend } from '../testing/array-backend.js';
import { values } from '../testing/prune.js';
import { type Recipe, readRecipe } from './recipe.js';

const schedule = { kind: 'constantSparsity', sparsity: 0.5 } as const;

describe('readRecipe', () => {
  it('gives what createPruner takes, after a round through JSON', async () => {
    const recipe: Recipe = {
      schedule: { kind: 'synapticRamp', from: 0.25, to: 0.5, start: 0, end: 4 },
      every: 2,
      select: { include: [{ matches: '^dense', flags: 'i' }, 'head'], exclude: ['head'], minElements: 2 },
      score: { kind: 'magnitude' },
      distribution: 'uniform',
      pattern: { kind: 'block', shape: [2] },
      rule: 'exact',
      floor: 0.25,
      untrained: 'rank',
      keepZeros: false,
    };
    const { every, ...options } = readRecipe(JSON.parse(JSON.stringify(recipe)));
    expect(every).toBe(2);
    const [dense, head] = [arrayWeight(1, 2, 3, 4), arrayWeight(1, 1)];
    const pruner = createPruner({
      backend: createArrayBackend(),
      weights: [
        { name: 'Dense', weight: dense },
        { name: 'head', weight: head },
      ],
      ...options,
    });
    await pruner.update(4);
    expect([values(dense), values(head)]).toEqual([
      [0, 0, 3, 4],
      [1, 1],
    ]);
  });

  it('gives a regrowth a fraction, or one that falls as that of SET', () => {
    const by = { kind: 'random', seed: 1 } as const;
    const of = (regrow: NonNullable<Recipe['regrow']>) => readRecipe({ schedule, regrow }).regrow!;
    expect(of({ by, fraction: 0.4 })).toEqual({ by, fraction: 0.4 });
    const { fraction } = of({ by, fraction: 0.4, start: 10, end: 30 });
    const { fraction: own } = setRegrowth({ seed: 1, fraction: 0.4, start: 10, end: 30 });
    if (typeof fraction === 'number') expect.unreachable();
    expect([0, 10, 17, 30].map(fraction)).toEqual([0, 10, 17, 30].map(own));
    expect(fraction.kind).toBe(own.kind);
    expect(() => of({ by, fraction: 0.4, start: 10, end: 3 })).toThrow('a recipe needs end after start');
  });

  it('knows every schedule by the name of its function', () => {
    const ramp = { from: 0, to: 0.5, start: 0, end: 2 };
    const at = (own: Recipe['schedule']) => readRecipe({ schedule: own }).schedule(1);
    expect(at({ kind: 'linearRamp', ...ramp })).toBe(0.25);
    expect(at({ kind: 'cosineRamp', ...ramp })).toBeCloseTo(0.25, 12);
    expect(at({ kind: 'synapticRamp', ...ramp })).toBe(0.0625);
    expect(at({ kind: 'polynomialDecay', ...ramp, power: 1 })).toBe(0.25);
    expect(at({ kind: 'oneShot', to: 0.5, at: 1 })).toBe(0.5);
    expect(at({ kind: 'amountOfRemaining', amount: 0.5 })).toBe(0.75);
    expect(at(schedule)).toBe(0.5);
  });

  it('knows every score that needs no code, with its settings', () => {
    const read = (score: Recipe['score']) => readRecipe({ schedule, score: score! }).score;
    expect(read({ kind: 'random', seed: 3 })).toEqual({ kind: 'random', seed: 3 });
    expect(read({ kind: 'fisher', of: 'secondMoment' })).toMatchObject({
      name: 'fisher',
      needs: ['secondMoment'],
    });
    expect(read({ kind: 'activity', decay: 0.5 })).toMatchObject({
      options: { of: 'connection', decay: 0.5 },
    });
    for (const kind of ['saliency', 'snip', 'movement', 'gradient', 'wanda'] as const) {
      expect(read({ kind })).toMatchObject({ kind: 'observed', name: kind });
    }
    const regrow = { by: { kind: 'gradient' }, fraction: 0.1 } as const;
    expect(readRecipe({ schedule, regrow }).regrow).toMatchObject({
      by: { name: 'gradient' },
      fraction: 0.1,
    });
  });

  it.each<[string, unknown, string]>([
    ['nothing', undefined, 'a recipe needs an object of options, got undefined'],
    ['a misspelt field', { shedule: schedule }, 'did you mean "schedule"'],
    ['no schedule', {}, 'a recipe needs schedule to be an object'],
    ['a misspelt schedule', { schedule: { kind: 'linearRmap' } }, 'did you mean "linearRamp"'],
    ['a misspelt field of a schedule', { schedule: { kind: 'oneShot', too: 1, at: 1 } }, 'did you mean "to"'],
    ['a misspelt pattern', { schedule, pattern: { kind: 'blok', shape: [2, 2] } }, 'did you mean "block"'],
    [
      'more kept than there are',
      { schedule, pattern: { kind: 'n:m', keep: 5, of: 4, axis: 0 } },
      'got 5 of 4',
    ],
    ['a misspelt selection', { schedule, select: { inclde: [] } }, 'did you mean "include"'],
    ['a broken expression', { schedule, select: { include: [{ matches: '(' }] } }, 'regular expression'],
    ['a score that is code', { schedule, score: { kind: 'tensor' } }, 'one of magnitude, random, saliency'],
    ['a misspelt distribution', { schedule, distribution: 'unifrom' }, 'did you mean "uniform"'],
    ['every of nothing', { schedule, every: 0 }, "every to be 'epoch', 'batch' or a positive integer, got 0"],
    ['a floor of everything', { schedule, floor: 1 }, 'floor below 1'],
    [
      'more growth than there is',
      { schedule, regrow: { by: { kind: 'magnitude' }, fraction: 2 } },
      'a recipe needs `regrow.fraction` in [0, 1], got 2',
    ],
    ['text for a truth', { schedule, keepZeros: 'yes' }, 'keepZeros to be true or false'],
  ])('refuses %s', (_name, recipe, message) => {
    expect(() => readRecipe(recipe)).toThrow(message);
  });

  it('for another model says what did match', () => {
    const { every: _, ...options } = readRecipe({ schedule, select: { include: ['a', 'conv/kernel'] } });
    const create = () =>
      createPruner({
        backend: createArrayBackend(),
        weights: [{ name: 'a', weight: arrayWeight(1) }],
        ...options,
      });
    expect(create).toThrow('no weight matches "conv/kernel"; the other selectors matched "a"; there are "a"');
  });
});
