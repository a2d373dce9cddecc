import { describe, expect, it } from 'vitest';
import { bytesAmong, millisecondsAmong } from './format.js';

describe('numbers that stand together have one unit', () => {
  it.each([
    [
      [1234, 9999],
      ['1,234 B', '9,999 B'],
    ],
    [
      [21_600, 6589],
      ['21.6 kB', '6.59 kB'],
    ],
    [
      [999_499, 100],
      ['999 kB', '0.100 kB'],
    ],
    [
      [999_500, 85_100],
      ['1.00 MB', '0.0851 MB'],
    ],
    [[4_560_000_000], ['4.56 GB']],
    [[0], ['0 B']],
  ])('%j bytes: %j', (all, texts) => {
    expect(all.map(bytesAmong(all))).toEqual(texts);
  });

  it.each([
    [
      [0.5, 0.032],
      ['500 µs', '32 µs'],
    ],
    [
      [1.17, 0.93],
      ['1.17 ms', '0.93 ms'],
    ],
    [
      [12_340, 987],
      ['12.3 s', '0.987 s'],
    ],
  ])('%j milliseconds: %j', (all, texts) => {
    expect(all.map(millisecondsAmong(all))).toEqual(texts);
  });
});
