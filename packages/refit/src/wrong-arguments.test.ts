import { describe, expect, it } from 'vitest';
import { dampingFor, heldBackCount, holdBack, noiseNotice, shareSparsity, timeInTurn } from './index.js';

/** Calls as JavaScript makes them, which no type holds back. */
type Call = (...given: never[]) => unknown;

const NO_COUNT = [undefined, null, 'a', Symbol('x'), 10n, {}, Number.NaN, -5, 1.5];
const NO_LIST = [undefined, null, 3, 'ab', Symbol('x'), 10n, {}];
const moments = { samples: 10, features: 3 } as never;
const rounds = { most: 1, fewest: 1, budget: 0 };
const weights = [{ name: 'kernel', shape: [2, 2], elements: 4, parts: 1, rows: 2, features: 2 }];
const none = async () => 0;

describe('a wrong argument is told in words, by', () => {
  it.each<[string, Call, readonly unknown[]]>([
    ['heldBackCount', heldBackCount, NO_COUNT],
    ['holdBack', (samples) => holdBack(samples, 'used by'), NO_LIST],
    ['noiseNotice', noiseNotice, NO_COUNT],
    ['noiseNotice of names', (names) => noiseNotice(1, names), NO_LIST.slice(1)],
    ['dampingFor', dampingFor, [undefined, null, 3, 'ab', Symbol('x'), [], {}]],
    ['dampingFor of samples', (samples) => dampingFor({ samples, features: 3 } as never), NO_COUNT],
    ['dampingFor of features', (features) => dampingFor({ samples: 3, features } as never), [...NO_COUNT, 0]],
    [
      'dampingFor of a damping',
      (damping) => dampingFor(moments, damping),
      [null, 'a', 10n, Symbol('x'), -5, Number.NaN],
    ],
    ['shareSparsity', (given) => shareSparsity('compress', given, 0.5), [...NO_LIST, [null], [{}]]],
    [
      'shareSparsity of a sparsity',
      (sparsity) => shareSparsity('compress', weights, sparsity),
      [...NO_LIST, -1, Number.NaN],
    ],
    [
      'shareSparsity of options',
      (options) => shareSparsity('compress', weights, 0.5, options),
      [null, 3, 'ab', []],
    ],
  ])('%s', (_, call, values) => {
    for (const given of values) {
      const wrong = () => (call as (given: unknown) => unknown)(given);
      expect(wrong, String(given)).toThrow(/^[a-zA-Z]+ needs .*, got /);
    }
  });

  it.each<[string, Call, readonly unknown[]]>([
    ['time', (time) => timeInTurn(time, [1], rounds), NO_LIST],
    ['inputs', (inputs) => timeInTurn(none, inputs, rounds), [...NO_LIST, []]],
    ['rounds', (given) => timeInTurn(none, [1], given), NO_LIST],
    ['most', (most) => timeInTurn(none, [1], { ...rounds, most }), [...NO_COUNT, 0]],
    ['fewest', (fewest) => timeInTurn(none, [1], { ...rounds, fewest }), NO_COUNT],
    [
      'budget',
      (budget) => timeInTurn(none, [1], { ...rounds, budget }),
      [undefined, null, 'a', 10n, Number.NaN],
    ],
  ])('timeInTurn of %s', async (_, call, values) => {
    for (const given of values) {
      await expect((call as (given: unknown) => unknown)(given), String(given)).rejects.toThrow(
        /^timeInTurn needs .*, got /,
      );
    }
  });

  it('dampingFor of moments without samples, as refitRows tells it', () => {
    expect(() => dampingFor({ samples: 0, features: 3 } as never)).toThrow(
      expect.objectContaining({ code: 'no-samples' }),
    );
  });

  it('timeInTurn, which takes as many rounds as the budget allows', async () => {
    const times = await timeInTurn(none, [1], { most: Number.POSITIVE_INFINITY, fewest: 3, budget: 0 });
    expect(times.rounds).toBeGreaterThanOrEqual(3);
  });
});
