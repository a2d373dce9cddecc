import { expect, describe as group, it } from 'vitest';
import { PruneError } from './checks/errors.js';
import {
  describe,
  didYouMean,
  legible,
  listNames,
  quote,
  requireChoice,
  requireFraction,
  requireKind,
  requireOptions,
  requireWhole,
} from './checks.js';

group('requireOptions', () => {
  it('takes what it knows, and nothing at all', () => {
    expect(() => requireOptions('f', '', { a: 1 }, ['a', 'b'])).not.toThrow();
    expect(() => requireOptions('f', '', {}, [])).not.toThrow();
  });

  it('names an unknown key, the nearest right one, and all there are', () => {
    expect(() =>
      requireOptions('createTrainer', 'optimizer', { momentun: 0.9 }, ['kind', 'momentum']),
    ).toThrow(
      new TypeError(
        'createTrainer has no option "momentun" in optimizer; did you mean "momentum"? It takes kind, momentum',
      ),
    );
  });

  it('finds another convention of spelling', () => {
    expect(didYouMean('weight_decay', ['learningRate', 'weightDecay'])).toBe('; did you mean "weightDecay"?');
    expect(didYouMean('clip-norm', ['clipNorm'])).toBe('; did you mean "clipNorm"?');
  });

  it('takes two letters that changed places for one slip', () => {
    expect(didYouMean('clipNorm', ['value', 'norm'])).toBe('; did you mean "norm"?');
    expect(didYouMean('rate', ['momentum', 'learningRate'])).toBe('; did you mean "learningRate"?');
    expect(didYouMean('normal', ['value', 'norm'])).toBe('');
    expect(didYouMean('form', ['from', 'to'])).toBe('; did you mean "from"?');
    expect(didYouMean('fromm', ['from', 'to'])).toBe('; did you mean "from"?');
    expect(didYouMean('fmro', ['from', 'to'])).toBe('');
  });

  it('guesses nothing where nothing is near', () => {
    expect(didYouMean('x', ['v', 'w'])).toBe('');
    expect(didYouMean('kind', ['find', 'mode'])).toBe('; did you mean "find"?');
    expect(() => requireOptions('f', '', { xyzzy: 1 }, ['schedule'])).toThrow(
      new TypeError('f has no option "xyzzy"; it takes schedule'),
    );
  });

  it('names all of several unknown keys', () => {
    expect(() => requireOptions('f', '', { x: 1, y: 2, a: 3 }, ['a'])).toThrow(
      'f has no option "x" or "y"; it',
    );
  });

  it('sees keys that an object inherits, as destructuring would', () => {
    expect(() => requireOptions('f', '', Object.create({ stray: 1 }), ['a'])).toThrow('"stray"');
  });

  it('refuses what is no object, an array included', () => {
    expect(() => requireOptions('f', '', null, ['a'])).toThrow('f needs an object of options, got null');
    expect(() => requireOptions('f', 'clip', [1], ['a'])).toThrow(
      'f needs clip to be an object, got an array of 1',
    );
  });
});

group('requireKind', () => {
  const kinds = { sgd: ['learningRate', 'momentum'], adam: ['learningRate', 'beta1'] };

  it('knows the keys of the kind that was given, not of another', () => {
    expect(() => requireKind('f', 'optimizer', { kind: 'sgd', momentum: 0.9 }, kinds)).not.toThrow();
    expect(() => requireKind('f', 'optimizer', { kind: 'adam', momentum: 0.9 }, kinds)).toThrow(
      new TypeError(
        'f has no option "momentum" in optimizer of kind "adam"; it takes kind, learningRate, beta1',
      ),
    );
  });

  it('refuses an unknown kind and names the nearest', () => {
    expect(() => requireKind('f', 'optimizer', { kind: 'Adan' }, kinds)).toThrow(
      new TypeError('f needs optimizer.kind to be one of sgd, adam; got "Adan"; did you mean "adam"?'),
    );
  });
});

group('requireChoice and requireWhole', () => {
  it('name what was got', () => {
    expect(() => requireChoice('f', 'rule', 'exakt', ['exact', 'published'])).toThrow(
      'f needs rule to be one of exact, published; got "exakt"; did you mean "exact"?',
    );
    expect(() => requireWhole('f', 'every', 1.5, 1)).toThrow(
      new RangeError('f needs every to be a whole number of at least 1, got 1.5'),
    );
    expect(() => requireWhole('f', 'every', '3', 1)).toThrow(TypeError);
  });
});

group('requireFraction', () => {
  it('quotes the field, which may be a word of a sentence', () => {
    expect(() => requireFraction('f', 'to', 90)).toThrow(new RangeError('f needs `to` in [0, 1], got 90'));
    expect(() => requireFraction('f', 'from', Number.NaN)).toThrow(
      new RangeError('f needs a finite `from`, got NaN'),
    );
  });
});

group('text in messages', () => {
  it('cannot drive a terminal', () => {
    expect(quote('\u001b[2Jkernel\u0007')).toBe('"\\u001b[2Jkernel\\u0007"');
    expect(quote('abc\u202ecba\u009b31m')).toBe('"abc\\u202ecba\\u009b31m"');
    expect(legible('a\u001b]0;title\u0007\nb\r')).toBe('a\\u001b]0;title\\u0007\nb\\u000d');
    expect(new PruneError('bad-model', 'node \u001b[31mx').message).toBe('node \\u001b[31mx');
  });

  it('tells arrays of numbers and promises from other objects', () => {
    const values = [
      [1, 2],
      new Float32Array(3),
      new Int8Array(1),
      new Uint8Array(1),
      new DataView(new ArrayBuffer(4)),
    ];
    expect(values.map((value) => describe(value))).toEqual([
      'an array of 2',
      'a Float32Array of 3',
      'an Int8Array of 1',
      'a Uint8Array of 1',
      'a DataView of 4',
    ]);
    expect([Promise.resolve(1), {}, new Map()].map(describe)).toEqual([
      'a promise',
      'an object',
      'an object',
    ]);
    expect(() => requireOptions('f', 'weights[0]', new Float32Array(2), ['name', 'weight'])).toThrow(
      new TypeError('f needs weights[0] to be an object, got a Float32Array of 2'),
    );
  });

  it('stays short', () => {
    expect(quote('x'.repeat(1_000_000)).length).toBeLessThan(130);
    expect(new PruneError('bad-model', 'x'.repeat(1_000_000)).message.length).toBeLessThan(4_010);
    expect(describe(10n ** 1_000n).length).toBeLessThan(50);
    expect(listNames(Array.from({ length: 5_000 }, (_, i) => `w${i}`))).toMatch(/"w11" and 4988 more$/);
    expect(listNames([])).toBe('none');
  });
});
