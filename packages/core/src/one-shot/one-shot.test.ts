import { describe, expect, it } from 'vitest';
import { movementScore, PruneError, randomScore, tensorScore } from '../index.js';
import {
  chooseBySelect,
  fixedNotices,
  leftoverNotices,
  reportOnce,
  requireOneShotOptions,
  scoreWith,
  sharedOptions,
  sparsityOf,
  totalOf,
  weightsToPrune,
} from '../one-shot.js';

const require_ = (options: object) =>
  requireOneShotOptions('prune', options as never, {
    keys: ['select'],
    elsewhere: { include: 'it is select' },
  });

describe('requireOneShotOptions', () => {
  it('hands on what it was given, options of the door among them', () => {
    const options = { sparsity: 0.5, floor: { elements: 3 }, select: { include: 'a' } };
    expect(require_(options)).toBe(options);
    expect(sharedOptions(options)).toEqual({ floor: { elements: 3 } });
  });

  it.each([
    [{}, 'sparsity'],
    [{ sparsity: 1.5 }, 'sparsity'],
    [{ sparsity: 0.5, include: 'a' }, 'has no option "include": it is select'],
    [{ sparsity: 0.5, regrow: 1 }, 'has no option "regrow": a file is pruned once, and nothing grows back'],
    [{ sparsity: 0.5, distribution: 'ekr' }, 'distribution'],
    [{ sparsity: 0.5, floor: { element: 1 } }, 'has no option "element" in floor; did you mean "elements"?'],
    [
      { sparsity: 0.5, score: movementScore() },
      'prune sees nothing of training, which the score "movement" looks',
    ],
    [{ sparsity: 0.5, score: 'random' }, 'needs score to be magnitudeScore(), randomScore({ seed })'],
  ])('refuses %o', (options, message) => {
    expect(() => require_(options)).toThrow(message);
  });
});

describe('scoreWith', () => {
  const weights = [{ name: 'a', elements: 2 }];

  it('gives a score of the file its own weights, and the backend what it makes of the numbers', () => {
    const score = scoreWith(
      tensorScore<{ name: string; elements: number }, Float32Array>(({ weight }) =>
        Float32Array.of(weight.elements, 7),
      ),
      weights,
      (values) => ({ values: [...values] }),
    );
    const asked = { name: 'a', weight: { values: [] } };
    expect(score?.kind === 'tensor' && score.of(asked)).toEqual({ values: [2, 7] });
  });

  it('hands on what is no tensor, and nothing where nothing was given', () => {
    expect(scoreWith(randomScore({ seed: 3 }), weights, () => 0)).toEqual(randomScore({ seed: 3 }));
    expect(scoreWith(undefined, weights, () => 0)).toBeUndefined();
  });

  it('refuses scores that are not one an element', () => {
    const score = scoreWith(
      tensorScore<{ name: string; elements: number }, Float32Array>(() => new Float32Array(3)),
      weights,
      (values) => values,
    );
    const ask = () => score?.kind === 'tensor' && score.of({ name: 'a', weight: new Float32Array(2) });
    expect(ask).toThrow('the score of "a" needs a Float32Array of 2, got one of 3');
    expect(ask).toThrow(PruneError);
  });
});

describe('what became of weights', () => {
  const of = (name: string, elements: number, before: number, after: number) => ({
    name,
    ...sparsityOf(elements, before, after),
  });

  it('adds up', () => {
    expect(totalOf([of('a', 10, 1, 5), of('b', 30, 3, 15)])).toEqual({
      elements: 40,
      zeros: { before: 4, after: 20 },
      sparsity: { before: 0.1, after: 0.5 },
    });
  });

  it('is told of weights that pruning left nothing or hardly anything of, and of no others', () => {
    const weights = [
      of('emptied', 10, 0, 10),
      of('empty before', 10, 10, 10),
      of('nearly', 200, 0, 198),
      of('half', 200, 0, 100),
    ];
    const notices = leftoverNotices(weights, totalOf(weights));
    expect(notices.map(({ code, weights: names }) => [code, names])).toEqual([
      ['weight-emptied', ['emptied']],
      ['weight-nearly-emptied', ['nearly']],
    ]);
  });

  it('names no single weight where hardly anything is left of all', () => {
    const weights = [of('a', 200, 0, 199), of('b', 200, 0, 199)];
    expect(leftoverNotices(weights, totalOf(weights))).toEqual([]);
  });
});

describe('weightsToPrune', () => {
  const looked = (name: string, pruned: boolean) => ({ weight: { name, pruned, reason: 'a bias' } });

  it('are those chosen', () => {
    expect(weightsToPrune([looked('a', true), looked('b', false)])).toEqual([looked('a', true)]);
  });

  it('are at least one, or the reasons are told', () => {
    expect(() => weightsToPrune([looked('b', false)])).toThrow(
      'the model has no weight to prune; it has "b" (a bias)',
    );
  });
});

const looked = (name: string, shape: readonly number[], pruned: boolean, format: object | string = {}) => ({
  weight: { name, shape, elements: shape.reduce((a, b) => a * b, 1), pruned, reason: 'usual' },
  surveyed: { format },
});

describe('chooseBySelect', () => {
  const usual = [
    looked('kernel', [8, 8], true),
    looked('small', [2, 2], false),
    looked('bias', [8], false),
    looked('odd', [8, 8], false, 'stored sparse already'),
  ];
  const chosen = (select?: object) =>
    chooseBySelect('prune', usual, select as never).flatMap(({ weight }) =>
      weight.pruned ? [weight.name] : [],
    );

  it('leaves the usual choice where nothing is said, and takes out of it', () => {
    expect(chosen()).toEqual(['kernel']);
    expect(chosen({ exclude: 'kernel' })).toEqual([]);
  });

  it('takes by name what can be pruned, by pattern what has two dimensions', () => {
    expect(chosen({ include: ['bias', /./] })).toEqual(['kernel', 'small', 'bias']);
    expect(chosen({ include: ['small', /k/], minElements: 60 })).toEqual(['kernel', 'small']);
    expect(chosen({ include: /./, minElements: 60 })).toEqual(['kernel']);
  });

  it('refuses a name that cannot be pruned, and what picks nothing', () => {
    expect(() => chosen({ include: 'odd' })).toThrow('"odd" cannot be pruned: stored sparse already');
    expect(() => chosen({ exclude: 'none' })).toThrow(/no weight matches "none"/);
  });

  it('goes into a report with what was left alone', () => {
    const report = reportOnce(usual, [{ name: 'kernel', ...sparsityOf(64, 0, 64) }], []);
    expect(report.leftAlone.map(({ name }) => name)).toEqual(['small', 'bias', 'odd']);
    expect(report.notices.map(({ code }) => code)).toEqual(['weight-emptied']);
  });
});

it('tells of fixed weights that were left alone, and of those that were pruned', () => {
  const notices = fixedNotices(
    [
      { name: 'mel', pruned: false },
      { name: 'dft', pruned: true },
    ],
    'find',
  );
  expect(notices.map(({ code, weights }) => [code, weights])).toEqual([
    ['fixed-basis', ['mel']],
    ['fixed-basis-pruned', ['dft']],
  ]);
});
