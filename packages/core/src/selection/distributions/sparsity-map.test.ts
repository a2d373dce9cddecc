import { describe, expect, it } from 'vitest';
import { arrayWeight } from '../../testing/array-backend.js';
import { prune, values } from '../../testing/prune.js';
import { sparsityMap } from './sparsity-map.js';

const three = () => [arrayWeight(1, 2, 3, 4), arrayWeight(10, 20, 30, 40), arrayWeight(1, 20, 3, 40)];

describe('sparsityMap', () => {
  it('gives each weight its own, and in proportion on the way there', async () => {
    const weights = three();
    const pruner = prune(weights, { distribution: sparsityMap({ a: 1, b: 0.5, c: 0 }) });
    await pruner.update(0.25);
    expect(weights.map(values)).toEqual([
      [0, 0, 3, 4],
      [0, 20, 30, 40],
      [1, 20, 3, 40],
    ]);
    await pruner.update(0.5);
    expect(weights.map(values)).toEqual([
      [0, 0, 0, 0],
      [0, 0, 30, 40],
      [1, 20, 3, 40],
    ]);
    expect((await pruner.save()).distribution).toBe('sparsityMap');
  });

  it('ranks together what shares a target, and gives the others the rest', async () => {
    const weights = three();
    const distribution = sparsityMap([{ weights: /[ab]/, sparsity: 0.5, together: true }], { rest: 0.5 });
    await prune(weights, { distribution }).update(0.5);
    expect(weights.map(values)).toEqual([
      [0, 0, 0, 0],
      [10, 20, 30, 40],
      [0, 20, 0, 40],
    ]);
  });

  it('takes the first entry that picks a weight', async () => {
    const weights = three();
    const distribution = sparsityMap([
      { weights: 'a', sparsity: 0 },
      { weights: /./, sparsity: 0.75 },
    ]);
    await prune(weights, { distribution }).update(0.5);
    expect(weights.map((weight) => values(weight).filter((value) => value === 0).length)).toEqual([0, 3, 3]);
  });

  it('beyond what it comes to is refused, and says what that is', async () => {
    const weights = three();
    const pruner = prune(weights, { distribution: sparsityMap({ a: 0.75, b: 0.5, c: 0.25 }) });
    await expect(pruner.update(0.6)).rejects.toThrow(
      'the sparsities of sparsityMap come to 0.5 of all weights together, and 0.6 was asked for',
    );
    expect(weights.map(values)).toEqual(three().map(values));
  });

  it('without a sparsity for each, or with one for none, is refused', async () => {
    const some = prune(three(), { distribution: sparsityMap({ a: 0.75 }) });
    await expect(some.update(0.1)).rejects.toThrow('sparsityMap has no sparsity for "b", "c"');
    const none = prune(three(), { distribution: sparsityMap({ a: 0.75, x: 0.5 }, { rest: 0 }) });
    await expect(none.update(0.1)).rejects.toMatchObject({ code: 'unmatched-selector' });
  });

  it.each([
    [{ a: 1.5 }, {}, 'sparsityMap needs `sparsity of "a"` in [0, 1], got 1.5'],
    [[{ weights: 'a', sparsty: 1 }], {}, 'did you mean "sparsity"'],
    [{ a: 1 }, { other: 1 }, 'sparsityMap has no option "other"'],
    [0.5, {}, 'sparsityMap needs sparsities by name'],
  ])('refuses %o with %o', (map, options, message) => {
    expect(() => sparsityMap(map as never, options as never)).toThrow(message);
  });
});

describe('a function that joins weights', () => {
  it.each([[[[0, 1], [1]]], [[[0, 7]]]])(
    'twice, or weights that there are not, is refused: %o',
    async (joined) => {
      const distribution = Object.assign(() => [0.5, 0.5, 0.5], { together: () => joined });
      await expect(prune(three(), { distribution }).update(0.5)).rejects.toMatchObject({
        code: 'invalid-sparsity',
      });
    },
  );

  it('gives them together what each was given', async () => {
    const weights = three();
    const distribution = Object.assign(() => [1, 0, 0], { together: () => [[0, 2]] });
    await prune(weights, { distribution }).update(0.5);
    expect(weights.map(values)).toEqual([
      [0, 0, 0, 4],
      [10, 20, 30, 40],
      [0, 20, 3, 40],
    ]);
  });
});
