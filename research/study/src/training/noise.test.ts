import { describe, expect, it } from 'vitest';
import { createNoise } from './noise.js';

const drawn = (rate: number, count: number, label = 'training') => {
  const mask = new Float32Array(count);
  createNoise(7, label, rate).fill(mask);
  return mask;
};

/** How many standard deviations a share of `count` coin tosses is from what was expected. */
const deviations = (share: number, expected: number, count: number) =>
  Math.abs(share - expected) / Math.sqrt((expected * (1 - expected)) / count);

describe('dropout masks', () => {
  it.each([0.1, 0.3, 0.5, 0.9])('are 0 at a rate of %d and 1 / (1 − rate) otherwise', (rate) => {
    const mask = drawn(rate, 1_000_000);
    expect(new Set(mask)).toEqual(new Set([0, Math.fround(1 / (1 - rate))]));
    expect(deviations(mask.filter((value) => value === 0).length / 1e6, rate, 1e6)).toBeLessThan(4);
  });

  it('are all ones at a rate of 0', () => {
    expect(drawn(0, 1000).every((value) => value === 1)).toBe(true);
  });

  it.each([1, 2, 3, 64])('do not hang together with the element %d places on', (lag) => {
    const mask = drawn(0.3, 1_000_000);
    const both = mask.filter((value, i) => value === 0 && mask[i + lag] === 0).length;
    expect(deviations(both / (1e6 - lag), 0.09, 1e6)).toBeLessThan(4);
  });

  it('repeat for the same seed and label, however the fills are cut', () => {
    const noise = createNoise(7, 'training', 0.3);
    const [head, tail] = [new Float32Array(600), new Float32Array(400)];
    noise.fill(head);
    noise.fill(tail);
    expect([...head, ...tail]).toEqual([...drawn(0.3, 1000)]);
  });

  it('go on at another rate with the same draws', () => {
    const noise = createNoise(7, 'training', 0.5);
    const [before, after] = [new Float32Array(600), new Float32Array(400)];
    noise.fill(before);
    noise.setRate(0.2);
    noise.fill(after);
    const whole = drawn(0.2, 1000);
    expect([...after]).toEqual([...whole.subarray(600)]);
    expect([...before]).toEqual([...drawn(0.5, 600)]);
  });

  it('differ by label', () => {
    expect(drawn(0.3, 1000, 'validation')).not.toEqual(drawn(0.3, 1000));
  });
});
