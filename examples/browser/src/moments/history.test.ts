import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { copyHistory, emptyHistory, sampleHistory, smooth, valueAt } from './history';
import { compressedSize, weightBytes } from './measure';

it('smooths over the values there are', () => {
  expect(smooth([4, 2, 6, 8], 2)).toEqual([4, 3, 4, 7]);
});

it('finds the last value at or before a step', () => {
  const series: [number, number][] = [
    [2, 0.1],
    [4, 0.3],
  ];
  expect([1, 2, 3, 9].map((step) => valueAt(series, step))).toEqual([null, 0.1, 0.1, 0.3]);
});

it('samples evenly and ends with the last step', () => {
  const history = { ...emptyHistory(), losses: Array.from({ length: 100 }, () => 1) };
  expect(sampleHistory(history, 4).map(({ step }) => step)).toEqual([25, 50, 75, 100]);
  expect(sampleHistory(emptyHistory(), 4)).toEqual([]);
});

it('copies so that later steps do not show', () => {
  const history = emptyHistory();
  const copy = copyHistory(history);
  history.losses.push(1);
  expect(copy.losses).toEqual([]);
});

it('weighs weights as one file, however many parts they came in', async () => {
  const parts = [Uint8Array.of(1, 2, 3, 4), Uint8Array.of(5, 6)];
  const bytes = weightBytes({ weightData: parts.map((part) => part.buffer) });
  expect([...bytes]).toEqual([1, 2, 3, 4, 5, 6]);
  const zeros = new Uint8Array(100_000);
  expect(Math.abs((await compressedSize(zeros, 'gzip'))! - gzipSync(zeros).length)).toBeLessThan(64);
  expect(await compressedSize(zeros, 'no such format' as 'gzip')).toBeNull();
});
