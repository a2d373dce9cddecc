import { describe, expect, it } from 'vitest';
import { madeUp, rowsOf, wobble } from '../data/testing/made-up.js';
import { makeTask } from './make-task.js';

describe('the published protocol on 102 rows', () => {
  const values = rowsOf(102, (row) => (row % 2 === 0 ? 10 : 14) + (row === 101 ? 6 : 0));
  const other = rowsOf(102, wobble);
  const mean = (51 * 10 + 50 * 14 + 20) / 102;
  const deviation = Math.sqrt((51 * (10 - mean) ** 2 + 50 * (14 - mean) ** 2 + (20 - mean) ** 2) / 102);
  const task = makeTask(madeUp({ v: values, other }), 'published', 2);
  const feature = (name: string, window: number, step: number) =>
    task.train.inputs[(window * 2 + step) * task.features.length + task.features.indexOf(name)]!;

  it('scales by all rows and stops training on the test part itself', () => {
    expect(task.outputScale).toBeCloseTo(deviation, 10);
    expect(task.errorUnit).toBeCloseTo(deviation, 10);
    expect(task.validation).toBe(task.test);
    expect([task.train.count, task.test.count]).toEqual([80, 20]);
  });

  it('shows the other columns, the target before and after, and not the target', () => {
    expect(task.features).toEqual([
      'other',
      ...['v 1 before', 'v 3 before', 'v 7 before', 'v 14 before', 'v 30 before'],
      ...['v 1 ahead', 'v 3 ahead', 'v 7 ahead', 'v 14 ahead', 'v 30 ahead'],
    ]);
    expect(task.channels).toBe(11);
    expect(task.targetChannel).toMatchObject({ index: -1 });
  });

  it('forecasts the z-scored next value', () => {
    const part = task.train;
    expect([part.truth[0], part.persistence[0], part.channelOffset[0]]).toEqual([10, 14, 0]);
    expect(part.offset[0]).toBeCloseTo(mean, 10);
    expect(part.targets[0]).toBeCloseTo((10 - mean) / deviation, 6);
    expect(task.test.truth.at(-1)).toBe(20);
    // The window that forecasts row 82 is the first of the last fifth.
    expect([task.test.truth[0], task.test.persistence[0]]).toEqual([10, 14]);
  });

  it('gives the forecast away in the column one row ahead', () => {
    const ahead = rowsOf(102, (row) => values[Math.min(101, row + 1)]!);
    const centre = ahead.reduce((sum, value) => sum + value, 0) / 102;
    const size = Math.sqrt(ahead.reduce((sum, value) => sum + (value - centre) ** 2, 0) / 102);
    for (const window of [0, 1, 79]) {
      const truth = task.train.truth[window]!;
      expect(feature('v 1 ahead', window, 1)).toBeCloseTo((truth - centre) / size, 5);
    }
  });

  it('repeats the first value before the start', () => {
    // Rows 0 and 1 of the column 30 rows before are both the first value.
    expect(feature('v 30 before', 0, 0)).toBe(feature('v 30 before', 0, 1));
    expect(feature('v 1 before', 0, 0)).toBe(feature('v 1 before', 0, 1));
    expect(feature('v 1 before', 1, 1)).not.toBe(feature('v 1 before', 0, 1));
  });

  it('makes the target a channel for models that forecast channels', () => {
    const channels = makeTask(madeUp({ v: values, other }), 'published', 2, 'patchtst');
    expect(channels.features.slice(0, 2)).toEqual(['v', 'other']);
    const { index, centre, size } = channels.targetChannel;
    expect(index).toBe(0);
    channels.test.truth.forEach((truth, i) => {
      expect(centre + size * channels.test.nextRow[i * channels.channels]!).toBeCloseTo(truth, 4);
    });
  });
});

describe('the published protocol', () => {
  it('drops rows without a target and fills other columns with their mean', () => {
    const v = rowsOf(110, (row) => (row === 40 || row === 41 ? Number.NaN : wobble(row)));
    const other = rowsOf(110, (row) => (row === 3 ? Number.NaN : row % 5));
    const task = makeTask(madeUp({ v, other }), 'published', 1);
    expect(task.train.count + task.test.count).toBe(107);
    const at = task.train.truth.indexOf(wobble(42));
    expect(task.train.persistence[at]).toBe(wobble(39));
    // The mean of the column is 0 on its scale: row 3 is shown when row 4 is forecast.
    expect(task.train.inputs[3 * task.features.length]).toBeCloseTo(0, 6);
    expect(task.remarks).toContain('missing values are filled with the mean of all rows in other');
    expect(task.remarks.join()).toContain('2 rows without a target are dropped');
  });

  it('shows the date, the other columns, seven parts of the date, and the target before and after', () => {
    const dates = Float64Array.from(rowsOf(110, (row) => Date.UTC(2024, 3, 24 + row)));
    const other = rowsOf(110, (row) => row % 7);
    const task = makeTask(madeUp({ v: rowsOf(110, wobble), other }, { dates }), 'published', 1);
    expect(task.features).toEqual([
      ...['date', 'other', 'day', 'month', 'week', 'year', 'quarter', 'weekday', 'weekend'],
      ...['v 1 before', 'v 3 before', 'v 7 before', 'v 14 before', 'v 30 before'],
      ...['v 1 ahead', 'v 3 ahead', 'v 7 ahead', 'v 14 ahead', 'v 30 ahead'],
    ]);
    const channels = makeTask(
      madeUp({ v: rowsOf(110, wobble), other }, { dates }),
      'published',
      1,
      'patchtst',
    );
    expect(channels.channels).toBe(12);
    expect(channels.features.slice(12)).toEqual(task.features.filter((name) => /^[dmwqy]/.test(name)));
    // One year only: a constant column is 0 throughout, as standard scaling has it.
    const year = task.features.indexOf('year');
    expect(
      task.train.inputs.filter((_, i) => i % task.features.length === year).every((value) => value === 0),
    ).toBe(true);
  });

  it('refuses too few rows', () => {
    expect(() => makeTask(madeUp({ v: rowsOf(60, wobble) }), 'published', 7)).toThrow(
      /needs 87 rows for windows of 7, got 60/,
    );
  });
});
