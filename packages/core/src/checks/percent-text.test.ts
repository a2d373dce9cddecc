import { expect, it } from 'vitest';
import { percentText } from './percent-text.js';

it('rounds, and never says all of what is not all, nor nothing of what is not nothing', () => {
  expect([0, 1e-6, 0.001, 0.5, 0.5788, 1 - 51 / 256, 0.999, 0.99999, 1].map(percentText)).toEqual([
    '0 %',
    '< 0.1 %',
    '0.1 %',
    '50 %',
    '57.9 %',
    '80.1 %',
    '99.9 %',
    '> 99.9 %',
    '100 %',
  ]);
});
