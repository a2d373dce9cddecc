import { expect, it } from 'vitest';
import { isDepthwise, isTrained } from './prunable.js';

it('takes for depthwise the kernels that see one channel each, and nothing else', () => {
  expect(isDepthwise({ shape: [240, 1, 5, 5] })).toBe(true);
  for (const shape of [[240, 240, 1, 1], [16, 3, 3, 3], [120, 6625], [240]]) {
    expect(isDepthwise({ shape }), `${shape}`).toBe(false);
  }
});

it('trains kernels, biases and scales, but no single numbers', () => {
  const trained = [[240, 240, 1, 1], [240], [1, 240, 1, 1]].map((shape) => isTrained({ name: 'w', shape }));
  expect(trained).toEqual([true, true, true]);
  expect([[], [1], [240, 1, 5, 5]].map((shape) => isTrained({ name: 'w', shape }))).toEqual([
    false,
    false,
    false,
  ]);
});
