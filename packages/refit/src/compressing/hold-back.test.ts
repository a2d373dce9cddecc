import { expect, it } from 'vitest';
import { holdBack, noiseNotice } from './hold-back.js';

it.each([
  [2, 1],
  [4, 1],
  [9, 1],
  [10, 2],
  [64, 12],
])('of %i samples holds back the last %i', (count, held) => {
  const samples = Array.from({ length: count }, (_, i) => i);
  const { used, heldBack, notices } = holdBack(samples, 'calibrated by');
  expect(heldBack).toEqual(samples.slice(count - held));
  expect(used).toEqual(samples.slice(0, count - held));
  expect(notices).toEqual([]);
});

it('uses and measures on one sample alone, and says so', () => {
  const { used, heldBack, notices } = holdBack(['x'], 'learned from');
  expect([used, heldBack]).toEqual([['x'], ['x']]);
  expect(notices).toEqual([
    { code: 'none-held-back', message: expect.stringContaining('it is learned from and measured on') },
  ]);
});

it('names the lengths that noise was given', () => {
  expect(noiseNotice(8, ['batch = 1']).message).toContain('8 samples of seeded noise; lengths');
  expect(noiseNotice(8, ['batch = 1']).message).toContain('made up (batch = 1).');
  expect(noiseNotice(8).message).toContain('8 samples of seeded noise. What');
});
