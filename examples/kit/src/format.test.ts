import { expect, it } from 'vitest';
import { difference, factor, milliseconds, portion, signedPercent } from './format.js';

const plain = (text: string) => text.replaceAll('\u00a0', ' ');

it('shows times and ratios with the digits that a timing has', () => {
  expect([0.0512, 0.0997, 4.24, 46.3, 230.4, 12_345].map(milliseconds).map(plain)).toEqual([
    '0.051 ms',
    '0.10 ms',
    '4.2 ms',
    '46 ms',
    '230 ms',
    '12,345 ms',
  ]);
  expect([0.84, 4.13, 22.7].map(factor).map(plain)).toEqual(['0.8 ×', '4.1 ×', '23 ×']);
});

it('shows a difference with one digit, however small', () => {
  expect([0, 0.0234, 0.0012, 1, 0.000_034, 3.4e-7, 1.2e-12].map(difference).map(plain)).toEqual([
    '0',
    '0.02',
    '0.001',
    '1',
    '3 · 10⁻⁵',
    '3 · 10⁻⁷',
    '1 · 10⁻¹²',
  ]);
});

it('rounds a fraction, and never says all of what is not all, nor nothing of what is not nothing', () => {
  const fractions = [0, 0.0004, 0.001, 0.5788, 0.9989, 0.9996, 1, 1.2];
  expect(fractions.map((fraction) => plain(portion(fraction)))).toEqual([
    '0.0 %',
    '< 0.1 %',
    '0.1 %',
    '57.9 %',
    '99.9 %',
    '> 99.9 %',
    '100.0 %',
    '120.0 %',
  ]);
  expect([0.004, 0.01, 0.995, 1].map((fraction) => plain(portion(fraction, 0)))).toEqual([
    '< 1 %',
    '1 %',
    '> 99 %',
    '100 %',
  ]);
});

it('has a sign of each change that can be seen', () => {
  expect([0.0312, -0.2, 0.0004, -0.0001, 0].map(signedPercent).map(plain)).toEqual([
    '+3.1 %',
    '−20.0 %',
    '0.0 %',
    '0.0 %',
    '0.0 %',
  ]);
});
