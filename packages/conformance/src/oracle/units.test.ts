import { magnitudeOf } from '@synaprune/core';
import { describe, expect, it } from 'vitest';
import { pruneExact } from './exact.js';
import { createModel } from './model.js';
import { pooledMagnitude } from './pooled-magnitude.js';
import { blockMembers, channelEdges, groupMembers, mostUnits, spareIn } from './units.js';

const ORDERED = { subnormals: 'ordered', nanPayloads: 'ordered' } as const;
const pooled = (pooling: 'mean' | 'max' | 'l2', ...values: readonly number[]) =>
  pooledMagnitude(values.map(magnitudeOf), pooling);

function modelOf(shape: readonly number[], values: readonly number[]) {
  return createModel({
    name: 'model',
    shape,
    values: Float32Array.from(values),
    scores: new Float32Array(values.length),
  });
}

describe('the score of a block', () => {
  it('is the mean, the largest or the norm, whatever the signs', () => {
    expect(pooled('mean', 3, -4)).toBe(magnitudeOf(3.5));
    expect(pooled('max', 3, -4)).toBe(magnitudeOf(4));
    expect(pooled('l2', 3, -4)).toBe(magnitudeOf(5));
  });

  it('is rounded towards zero, also where the nearest float lies above', () => {
    expect(pooled('mean', 1 + 2 ** -23, 1 + 2 ** -22)).toBe(magnitudeOf(1 + 2 ** -23));
    expect(pooled('l2', 1, 1)).toBe(magnitudeOf(1.41421354));
    expect(pooled('mean', 2 ** -149, 0)).toBe(0);
  });

  it('loses nothing beside a huge element', () => {
    expect(pooled('mean', 2 ** 24, ...new Array<number>(15).fill(1))).toBe(magnitudeOf((2 ** 24 + 14) / 16));
    expect(pooled('l2', 2 ** 23, 4096, ...new Array<number>(256).fill(1 / 16))).toBe(
      magnitudeOf(2 ** 23 + 1),
    );
    expect(pooled('l2', 2 ** 23, 4096, ...new Array<number>(255).fill(1 / 16))).toBe(magnitudeOf(2 ** 23));
  });

  it('is the quiet NaN beside a NaN, infinity beside an infinity, and else no more than the largest float', () => {
    expect(pooled('mean', Number.NaN, Number.POSITIVE_INFINITY)).toBe(0x7fc00000);
    expect(pooledMagnitude([0x7fffffff], 'max')).toBe(0x7fc00000);
    expect(pooled('l2', Number.NEGATIVE_INFINITY, 1)).toBe(0x7f800000);
    expect(pooled('l2', 3e38, 3e38)).toBe(0x7f7fffff);
  });
});

describe('the units of the oracle', () => {
  it('are blocks in row-major order, smaller at the far edges', () => {
    expect(blockMembers([3, 5], [2, 2])).toEqual([
      [0, 1, 5, 6],
      [2, 3, 7, 8],
      [4, 9],
      [10, 11],
      [12, 13],
      [14],
    ]);
  });

  it('are channels: everything at one place of an axis', () => {
    expect(blockMembers([2, 3], channelEdges([2, 3], 1))).toEqual([
      [0, 3],
      [1, 4],
      [2, 5],
    ]);
  });

  it('are groups along an axis, of which the lowest can be spared', () => {
    expect(groupMembers([5, 2], 4, 0)).toEqual([[0, 2, 4, 6], [1, 3, 5, 7], [8], [9]]);
    const kept = Uint8Array.of(1, 1, 0, 1);
    expect(spareIn([0, 1, 2, 3], 1, { magnitudes: [5, 5, 0, 9], kept })).toEqual([0, 1]);
    expect(spareIn([0, 1, 2, 3], 2, { magnitudes: [5, 5, 0, 9], kept })).toEqual([0]);
    const most = mostUnits(
      { kind: 'n:m', keep: 2, of: 4, axis: 0 },
      modelOf([7, 2], new Array<number>(14).fill(1)),
    );
    expect(most).toBe(6);
  });
});

describe('the oracle', () => {
  it('drops whole blocks, as many of them as the budget says', () => {
    const model = modelOf([2, 4], [1, 1, 2, 2, 1, 1, 0, 9]);
    pruneExact([model], 0.5, {
      score: 'magnitude',
      ranking: ORDERED,
      pattern: { kind: 'block', shape: [2, 2] },
    });
    expect([...model.values]).toEqual([0, 0, 2, 2, 0, 0, 0, 9]);
  });

  it('brings back as many as it drops beyond the target, those that rank highest', () => {
    const model = modelOf([6], [1, 2, 3, 4, 5, 6]);
    const grown = { ...model, scores: Float32Array.of(1, 2, 3, 4, 5, 6) };
    const options = {
      score: 'magnitude',
      ranking: ORDERED,
      regrow: { by: 'tensor', fraction: 0.25, position: 0 },
    } as const;
    pruneExact([grown], 1 / 3, options);
    // Three go, 1 is to come back: growth scores run the other way, so the first.
    expect([...grown.values]).toEqual([1, 0, 0, 4, 5, 6]);
  });
});
