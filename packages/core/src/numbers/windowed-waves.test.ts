import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hann, numbers, random } from '../testing/waves.js';
import { fixedBy } from './fixed-by.js';
import type { Numbers } from './sinusoids.js';
import { areWindowedWaves, isSymmetricFilter } from './windowed-waves.js';

/** A constant-Q transform, [steps, lines]: waves of twelve a octave, each as many turns long, in the middle. */
function constantQ(
  steps: number,
  lines: number,
  window: (n: number, length: number) => number,
  wave: (angle: number) => number = Math.cos,
): Numbers {
  return numbers([steps, lines], (step = 0, line = 0) => {
    const frequency = 0.08 * 2 ** (line / 12);
    const length = Math.ceil(16 / frequency);
    const n = step - Math.ceil(steps / 2 - length / 2);
    if (n < 0 || n >= length) return 0;
    return Math.fround(
      (window(n, length) / length) * wave(2 * Math.PI * frequency * (n - Math.floor(length / 2)) + 0.1),
    );
  });
}

describe('kernels of a constant-Q transform are recognised', () => {
  const turned = (table: Numbers): Numbers => ({
    shape: [...table.shape].reverse(),
    at: (index) => {
      const [steps = 0, lines = 0] = table.shape;
      return table.at((index % steps) * lines + Math.floor(index / steps));
    },
  });
  const hamming = (n: number, length: number) => 0.54 - 0.46 * Math.cos((2 * Math.PI * n) / length);
  it.each<[string, Numbers]>([
    ['cosines under the windows of Hann', constantQ(256, 24, hann)],
    ['sines', constantQ(256, 24, hann, Math.sin)],
    ['filters first, as kernels of a convolution', turned(constantQ(256, 24, hann))],
    ['under the windows of Hamming', constantQ(256, 24, hamming)],
    ['under none', constantQ(256, 24, () => 1)],
  ])('%s', (_, table) => {
    expect(areWindowedWaves(table)).toBe(true);
    expect(fixedBy('kernel', table)).toMatch(/^fixed basis/);
  });
});

describe('what is no such kernel is not taken for one', () => {
  const noise = (seed: number) => {
    const next = random(seed);
    const values = Float64Array.from({ length: 256 * 24 }, next);
    return (index: number) => values[index]!;
  };
  const some = noise(2);
  const wide = constantQ(256, 24, () => 1);
  it.each<[string, Numbers]>([
    ['random numbers', { shape: [256, 24], at: noise(1) }],
    ['random numbers in stretches', { shape: [256, 24], at: (i) => (wide.at(i) === 0 ? 0 : some(i)) }],
    ['random numbers under windows', { shape: [256, 24], at: (i) => wide.at(i) ** 2 * some(i) }],
    ['waves with as much noise', { shape: [256, 24], at: (i) => wide.at(i) * (1 + some(i)) }],
    ['ramps in stretches', { shape: [256, 24], at: (i) => (wide.at(i) === 0 ? 0 : i) }],
    ['zeros', { shape: [256, 24], at: () => 0 }],
    ['ones', { shape: [256, 24], at: () => 1 }],
  ])('%s', (_, table) => expect(areWindowedWaves(table)).toBe(false));

  it('random kernels of which pruning left a part', () => {
    const kernels = fc.tuple(
      fc.integer({ min: 32, max: 80 }),
      fc.integer({ min: 8, max: 30 }),
      fc.nat(),
      fc.double({ min: 0, max: 1, noNaN: true }),
    );
    fc.assert(
      fc.property(kernels, ([rows, columns, seed, kept]) => {
        const next = random(seed);
        const values = Float64Array.from({ length: rows * columns }, () => {
          const value = next();
          return Math.abs(value) > 1 - kept ? value : 0;
        });
        expect(areWindowedWaves({ shape: [rows, columns], at: (i) => values[i]! })).toBe(false);
      }),
    );
  });
});

describe('a filter that is the same forwards and backwards', () => {
  const sinc = (taps: number) => (k: number) => {
    const x = 0.3 * Math.PI * (k - (taps - 1) / 2);
    return k >= taps || k < 0 ? 0 : Math.fround((x === 0 ? 1 : Math.sin(x) / x) * hann(k + 1, taps + 1));
  };
  it.each<[string, Numbers, boolean]>([
    ['a lowpass of odd length', { shape: [1, 101, 1, 1], at: sinc(101) }, true],
    ['a lowpass of even length', { shape: [1, 1, 64], at: sinc(64) }, true],
    ['a lowpass with a zero behind it', { shape: [1, 256, 1, 1], at: sinc(255) }, true],
    ['random numbers', { shape: [64, 1], at: (i) => random(i + 7)() }, false],
    ['two filters', { shape: [2, 101], at: (i) => sinc(101)(i % 101) }, false],
    ['a short one', { shape: [3, 1], at: (i) => [1, 2, 1][i]! }, false],
    ['a ramp', { shape: [64, 1], at: (i) => i - 31.5 }, false],
    ['what pruning left', { shape: [65, 1], at: (i) => (i === 32 ? 1 : 0) }, false],
    ['a constant', { shape: [64, 1], at: () => 0.5 }, false],
  ])('%s: %#', (_, filter, is) => expect(isSymmetricFilter(filter)).toBe(is));
});
