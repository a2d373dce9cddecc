import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomMagnitude, weightSeed } from '../contract/random-score.js';
import { constantSparsity } from '../schedule/constant-sparsity.js';
import { gradientScore } from '../score/gradient-score.js';
import { type ArrayWeight, arrayWeight } from '../testing/array-backend.js';
import { prune, values } from '../testing/prune.js';
import { rigl } from './rigl.js';
import { setRegrowth } from './set-regrowth.js';

const wave = (length: number, seed = 1): ArrayWeight =>
  arrayWeight(...Array.from({ length }, (_, i) => Math.sin((i + 1) * seed) + 2));

describe('the fraction exchanged', () => {
  it('falls by half a cosine from α to nothing, and stays there', () => {
    const { fraction } = setRegrowth({ seed: 1, fraction: 0.4, start: 10, end: 30 });
    expect([9, 10, 30, 31].map(fraction)).toEqual([0, 0.4, 0, 0]);
    // cos 45° = √½, cos 90° = 0
    expect(fraction(15)).toBeCloseTo(0.2 * (1 + Math.SQRT1_2), 12);
    expect(fraction(20)).toBeCloseTo(0.2, 12);
    expect(fraction(25)).toBeCloseTo(0.2 * (1 - Math.SQRT1_2), 12);
  });

  it('is 0.3 unless told, and without an end stays what it is', () => {
    expect(setRegrowth({ seed: 1 }).fraction(1e9)).toBe(0.3);
    expect(rigl({ gradients: () => undefined, end: 2 }).fraction(0)).toBe(0.3);
  });

  it('is named in a state, so that a run does not go on under another', async () => {
    const of = (end: number) => prune([wave(8)], { regrow: setRegrowth({ seed: 1, end }) });
    const state = await of(10).save();
    expect(state.regrow).toEqual({ kind: 'random', seed: 1, fraction: '0.3 from 0 to 10' });
    await expect(of(11).restore(state)).rejects.toMatchObject({ code: 'state-mismatch' });
    await of(10).restore(state);
  });

  it.each([
    [{ seed: 1, fraction: 1.5, end: 1 }, 'setRegrowth needs `fraction` in [0, 1], got 1.5'],
    [{ seed: 1, start: 3, end: 3 }, 'setRegrowth needs end after start, got start 3, end 3'],
    [{ seed: -1, end: 3 }, 'needs seed to be an integer'],
    [{ seed: 1, alpha: 0.3 }, 'setRegrowth has no option "alpha"'],
  ])('refuses %o', (options, message) => {
    expect(() => setRegrowth(options as never)).toThrow(message);
  });
});

describe('setRegrowth', () => {
  it('brings back those that chance ranks highest, another chance at every position', async () => {
    const back: string[] = [];
    for (const position of [0, 1, 2, 3, 0]) {
      const weight = wave(60);
      const before = await droppedAfter(weight, undefined, position);
      const after = await droppedAfter(weight, setRegrowth({ seed: 7, fraction: 0.2 }), position);
      const seed = weightSeed(weightSeed(7, String(position)), 'a');
      // Of 60, 30 go; with growth 6 more do, and 6 of the 36 come back.
      const lowest = [...weight.values.keys()]
        .sort((a, b) => weight.values[a]! - weight.values[b]!)
        .slice(0, 36);
      const chosen = lowest.sort((a, b) => randomMagnitude(seed, b) - randomMagnitude(seed, a)).slice(0, 6);
      expect(after).toEqual(lowest.filter((i) => !chosen.includes(i)).sort((a, b) => a - b));
      expect(before).toHaveLength(30);
      back.push(chosen.sort((a, b) => a - b).join());
    }
    expect(new Set(back).size).toBe(4);
    expect(back[4]).toBe(back[0]);
  });

  it('goes on after a resume as if never interrupted', async () => {
    const run = async (stopAt: number): Promise<unknown> => {
      const weights = [wave(30), wave(20, 3)];
      const options = { schedule: constantSparsity(0.6), regrow: setRegrowth({ seed: 3, end: 9 }) };
      let pruner = prune(weights, options);
      for (let step = 0; step < 10; step += 1) {
        await pruner.update(step);
        move(weights, step);
        await pruner.enforce();
        if (step !== stopAt) continue;
        const state = JSON.parse(JSON.stringify(await pruner.save()));
        pruner = prune(weights, options);
        await pruner.restore(state);
      }
      return [weights.map(values), await pruner.masks()];
    };
    const whole = await run(-1);
    for (const stopAt of [0, 4, 8]) expect(await run(stopAt)).toEqual(whole);
  });

  it('is refused under other names, which chance is drawn from', async () => {
    const options = { regrow: setRegrowth({ seed: 3, end: 9 }) };
    const state = await prune([wave(4), wave(4)], options).save();
    const one = prune([wave(4), wave(4)], options);
    const names = { a: 'b', b: 'a' };
    await expect(one.restore(state, { names })).rejects.toMatchObject({ code: 'state-mismatch' });
  });
});

describe('rigl', () => {
  it('brings back where the gradient of what is dropped is largest', async () => {
    const weight = arrayWeight(1, 2, 3, 4, 5, 6);
    const gradient = arrayWeight(0, -9, 1, 2, 99, 99);
    const regrow = rigl({ gradients: () => gradient, fraction: 1 / 3 });
    // Three stay, one of them goes as well: 1, 2, 3, 4 are gone, and the second has the largest gradient of these.
    expect(await prune([weight], { regrow }).update(0.5)).toMatchObject({ dropped: 3, regrown: 1 });
    expect(values(weight)).toEqual([0, 2, 0, 0, 5, 6]);
  });

  it('without gradients is refused, and says what would do', () => {
    expect(() => rigl({ end: 4 } as never)).toThrow(TypeError);
    expect(() => rigl({ end: 4 } as never)).toThrow(
      'rigl needs gradients: a function that gives the gradient of a weight, or a score of gradients; got undefined. ' +
        'By chance it is setRegrowth',
    );
  });

  it('with none of a weight yet is refused at the update, and nothing changes', async () => {
    const weight = arrayWeight(1, 2, 3, 4);
    const pruner = prune([weight], { regrow: rigl({ gradients: () => undefined as never, end: 4 }) });
    await expect(pruner.update(0.5)).rejects.toMatchObject({ code: 'score-mismatch' });
    expect(values(weight)).toEqual([1, 2, 3, 4]);
  });

  it('takes a score of gradients as it is', () => {
    const gradients = gradientScore();
    expect(rigl({ gradients, end: 4 }).by).toBe(gradients);
  });
});

describe('the number of active elements', () => {
  it('is constant, whatever grows and however it is distributed', async () => {
    const setup = fc.record({
      sizes: fc.array(fc.integer({ min: 1, max: 24 }), { minLength: 1, maxLength: 4 }),
      sparsity: fc.integer({ min: 0, max: 20 }).map((twentieths) => twentieths / 20),
      fraction: fc.double({ min: 0, max: 1, noNaN: true }),
      distribution: fc.constantFrom('global', 'uniform', 'erk', 'lamp'),
      byGradient: fc.boolean(),
      seed: fc.nat(),
    });
    await fc.assert(
      fc.asyncProperty(setup, async ({ sizes, sparsity, fraction, distribution, byGradient, seed }) => {
        const weights = sizes.map((size, i) => wave(size, seed + i));
        const regrow = byGradient
          ? rigl({ gradients: ({ weight }: { weight: ArrayWeight }) => weight, fraction, end: 6 })
          : setRegrowth({ seed, fraction, end: 6 });
        const options = { schedule: constantSparsity(sparsity), distribution, regrow } as const;
        const pruner = prune(weights, options);
        const { dropped } = await pruner.update(0);
        if (distribution === 'global' || distribution === 'lamp') {
          const total = sizes.reduce((sum, size) => sum + size, 0);
          expect(dropped).toBe(Math.floor(sparsity * total + 1e-9));
        }
        const first = (await pruner.report()).weights.map(({ kept }) => kept);
        for (let step = 1; step < 8; step += 1) {
          move(weights, step);
          await pruner.enforce();
          expect((await pruner.update(step)).dropped).toBe(0);
          const kept = (await pruner.report()).weights.map((weight) => weight.kept);
          if (distribution === 'uniform' || distribution === 'erk') expect(kept).toEqual(first);
        }
      }),
      { numRuns: 60 },
    );
  });
});

/** Indices dropped of a weight by one update to a half at a position; the weight stays as it is. */
async function droppedAfter(
  weight: ArrayWeight,
  regrow: ReturnType<typeof setRegrowth> | undefined,
  position: number,
): Promise<number[]> {
  const copy = arrayWeight(...weight.values);
  const pruner = prune([copy], {
    schedule: constantSparsity(0.5),
    ...(regrow === undefined ? {} : { regrow }),
  });
  await pruner.update(position);
  const [mask] = await pruner.masks();
  return [...copy.values.keys()].filter((i) => ((mask!.bits[i >> 3]! >> (i % 8)) & 1) === 0);
}

/** A step of training. */
function move(weights: readonly ArrayWeight[], step: number): void {
  for (const { values: own } of weights) own.set(own.map((value, i) => value + Math.sin(i + step)));
}
