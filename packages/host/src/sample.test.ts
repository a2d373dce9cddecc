import { randomMagnitude } from '@synaprune/core';
import { describe, expect, it } from 'vitest';
import type { Part } from './kernels.js';
import { BATCH, CLUSTER, chooseClusters, drawSample, likeness } from './sample.js';

/** A part whose ranking is given; everything is kept unless told. */
function part(ranking: Int32Array, words = new Int32Array(Math.ceil(ranking.length / 32)).fill(-1)): Part {
  return { elements: ranking.length, bits: ranking, ranking, words };
}

/** Where clusters start, by part. */
function startsOf(parts: readonly Part[], most: number): number[][] {
  const starts = new Int32Array(BATCH);
  const found = parts.map(() => [] as number[]);
  chooseClusters(parts, most, starts, new Int32Array(BATCH), (from, batch) => {
    found[parts.indexOf(from)]!.push(...starts.subarray(0, batch));
    return true;
  });
  return found;
}

describe('clusters of a sample', () => {
  it('are as many as asked for, in order, one of each stretch', () => {
    const [starts] = startsOf([part(new Int32Array(80_000))], 8000);
    expect(starts).toHaveLength(1000);
    for (const [i, start] of starts!.entries()) {
      expect(start % CLUSTER).toBe(0);
      expect(Math.floor(start / 80)).toBe(i);
    }
  });

  it('are no more where there are many small parts, and spread over all of them', () => {
    const starts = startsOf(
      Array.from({ length: 5000 }, () => part(new Int32Array(100))),
      800,
    );
    expect(starts.flat()).toHaveLength(100);
    expect(starts.slice(0, 2500).flat()).toHaveLength(50);
  });

  it('are every one there is where more are asked for', () => {
    expect(
      startsOf([part(new Int32Array(20)), part(new Int32Array(7)), part(new Int32Array(8))], 1000),
    ).toEqual([[0, 8], [], [0]]);
  });
});

describe('drawSample', () => {
  it('draws kept elements only, as magnitudes', () => {
    const bits = Int32Array.from({ length: 64 }, (_, i) => (i % 2 === 0 ? i : i | (1 << 31)));
    const room = new Int32Array(64 + CLUSTER * BATCH);
    const drawn = drawSample([part(bits, Int32Array.of(0b1010, -1 << 24))], 64, room);
    expect([...room.subarray(0, drawn)]).toEqual([1, 3, 56, 57, 58, 59, 60, 61, 62, 63]);
  });
});

describe('likeness', () => {
  /** In [0, 2³¹). */
  const random = (i: number): number => randomMagnitude(7, i);

  it('is about 1 where neighbours know nothing of each other', () => {
    const sample = Int32Array.from({ length: 80_000 }, (_, i) => random(i));
    expect(likeness(sample, 2 ** 30)).toBeCloseTo(1, 1);
  });

  it('is the length of a cluster where its members are all the same', () => {
    const sample = Int32Array.from({ length: 80_000 }, (_, i) => random(Math.floor(i / CLUSTER)));
    expect(likeness(sample, 2 ** 30) / CLUSTER).toBeCloseTo(1, 1);
  });

  it('does not count what differs from tensor to tensor', () => {
    const sample = Int32Array.from(
      { length: 80_000 },
      (_, i) => (i < 40_000 ? 0 : 2 ** 29) + (random(i) >>> 1),
    );
    expect(likeness(sample, 2 ** 30)).toBeLessThan(1.1);
  });

  it('is 1 where nothing, or everything, is below', () => {
    expect(likeness(new Int32Array(800), 0)).toBe(1);
    expect(likeness(new Int32Array(800), 1)).toBe(1);
    expect(likeness(new Int32Array(0), 1)).toBe(1);
  });
});
