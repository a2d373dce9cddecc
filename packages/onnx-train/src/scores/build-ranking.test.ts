import { movementScore } from '@synaprune/core';
import { describe, expect, it } from 'vitest';
import { buildRanking } from '../index.js';

const call = buildRanking as (...given: unknown[]) => unknown;
const weight = { shape: [3, 2], memory: { movement: [3, 2] } };

describe('buildRanking', () => {
  it.each([undefined, null, 3, {}, Symbol('score')])('needs a score, not %o', (score) => {
    expect(() => call(score, [weight])).toThrow(
      /^buildRanking needs score to be a score that looks .*, got /,
    );
  });

  it.each([undefined, null, 3, {}, [1], [null], [{ shape: [3, 2] }]])('needs weights, not %o', (weights) => {
    expect(() => call(movementScore(), weights)).toThrow(
      /^buildRanking needs weights to be a list of \{ shape, memory \}, got /,
    );
  });

  it('needs shapes of weights and of what is remembered', () => {
    expect(() => call(movementScore(), [weight, { ...weight, shape: [3, -2] }])).toThrow(
      new RangeError('buildRanking needs weights[1].shape[1] to be a whole number of at least 0, got -2'),
    );
    expect(() => call(movementScore(), [{ ...weight, memory: { movement: 3 } }])).toThrow(
      new TypeError('buildRanking needs weights[0].memory["movement"] to be an array, got 3'),
    );
  });
});
