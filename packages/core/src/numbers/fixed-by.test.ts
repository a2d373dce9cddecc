import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hann, melMatrix, numbers, random, turn } from '../testing/waves.js';
import { isFilterBank } from './filter-bank.js';
import { fixedBy } from './fixed-by.js';
import { areSinusoids, type Numbers } from './sinusoids.js';

describe('waves are recognised', () => {
  const cases: Record<string, Numbers> = {
    'cosines then sines under a window, as kernels of a convolution': numbers(
      [130, 1, 128],
      (row = 0, _, n = 0) =>
        row < 65
          ? hann(n, 128) * Math.cos(turn(row, n, 128))
          : -hann(n, 128) * Math.sin(turn(row - 65, n, 128)),
    ),
    'cosines and sines in turn, on the other axis': numbers([64, 66], (n = 0, column = 0) =>
      column % 2 === 0 ? Math.cos(turn(column / 2, n, 64)) : Math.sin(turn((column - 1) / 2, n, 64)),
    ),
    'a cosine transform with its first row scaled': numbers(
      [40, 13],
      (n = 0, k = 0) => Math.cos((Math.PI / 40) * (n + 0.5) * k) * (k === 0 ? Math.SQRT1_2 : 1),
    ),
    'a rotary table': numbers([1, 1, 32, 64], (_, __, position = 0, i = 0) =>
      Math.fround(Math.cos(position / 10000 ** ((i % 32) / 32))),
    ),
    'a cosine transform of which every sixteenth step is something else': numbers([56, 24], (n = 0, k = 0) =>
      n % 16 === 7 ? Math.sin(13 * n * n + 5 * k * k) : Math.cos((Math.PI / 56) * (n + 0.5) * k),
    ),
    'sines and cosines of positions in turn': numbers([50, 32], (position = 0, i = 0) => {
      const angle = position / 10000 ** ((i - (i % 2)) / 32);
      return i % 2 === 0 ? Math.sin(angle) : Math.cos(angle);
    }),
  };
  it.each(Object.keys(cases))('%s', (name) => expect(areSinusoids(cases[name]!)).toBe(true));
});

describe('what is no table of waves is not taken for one', () => {
  it('random numbers of any shape', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 2, maxLength: 4 }),
        fc.integer({ min: 1, max: 1e6 }),
        (shape, seed) => {
          const next = random(seed);
          const values = Float32Array.from(
            {
              length: Math.min(
                20_000,
                shape.reduce((a, b) => a * b),
              ),
            },
            next,
          );
          const table = { shape, at: (i: number) => values[i % values.length]! + 0 * i };
          return values.length < 16 || shape.reduce((a, b) => a * b) > 20_000 || !areSinusoids(table);
        },
      ),
    );
  });

  const next = random(5);
  const noise = Float64Array.from({ length: 64 * 64 }, next);
  const cases: Record<string, Numbers> = {
    'all ones': numbers([32, 32], () => 1),
    'a ramp': numbers([32, 32], (i = 0, j = 0) => 32 * i + j - 511.5),
    'one wave over the flat index': numbers([32, 32], (i = 0, j = 0) => Math.sin((32 * i + j) * 0.37)),
    'signs in turn': numbers([32, 32], (i = 0, j = 0) => (-1) ** (i + j) * (i + 1)),
    'the identity': numbers([32, 32], (i = 0, j = 0) => (i === j ? 1 : 0)),
    'smooth filters with a little noise': numbers(
      [64, 64],
      (i = 0, j = 0) => Math.exp(-(((j - i) / 9) ** 2)) * Math.cos(j / 5) + 0.05 * noise[64 * i + j]!,
    ),
    'waves with a tenth of noise': numbers(
      [64, 64],
      (i = 0, j = 0) => Math.cos(turn(i, j, 64)) + 0.1 * noise[64 * i + j]!,
    ),
    nothing: numbers([32, 32], () => 0),
  };
  it.each(Object.keys(cases))('%s', (name) => expect(areSinusoids(cases[name]!)).toBe(false));
});

describe('a large kernel is told by few of its elements', () => {
  it('whatever it is asked about', () => {
    const next = random(7);
    const values = Float32Array.from({ length: 1 << 20 }, next);
    let reads = 0;
    const at = (i: number) => {
      reads += 1;
      return values[i]!;
    };
    for (const role of ['kernel', 'embedding', 'other', 'position', 'bias']) {
      expect(fixedBy(role, { shape: [1024, 1024], at })).toBeUndefined();
    }
    expect(reads).toBeLessThan(values.length / 50);
  });
});

describe('banks of filters', () => {
  it.each([
    [201, 80],
    [257, 40],
    [129, 64],
  ])('a mel matrix of %i bins and %i filters is one, either way round', (bins, filters) => {
    const mel = melMatrix(bins, filters);
    expect(isFilterBank(mel)).toBe(true);
    const turned = numbers([filters, bins], (filter = 0, bin = 0) => mel.at(bin * filters + filter));
    expect(isFilterBank(turned)).toBe(true);
  });

  it.each([
    ['the identity', numbers([32, 32], (i = 0, j = 0) => (i === j ? 1 : 0))],
    ['all ones', numbers([32, 32], () => 1)],
    ['nothing', numbers([32, 32], () => 0)],
    [
      'random numbers above 0',
      numbers(
        [32, 32],
        (
          (next) => () =>
            Math.abs(next())
        )(random(3)),
      ),
    ],
    [
      'a random kernel with nine tenths of zeros',
      numbers(
        [64, 64],
        (
          (next) => () =>
            Math.max(0, next() - 0.8)
        )(random(4)),
      ),
    ],
  ])('%s is none', (_, table) => expect(isFilterBank(table)).toBe(false));
});
