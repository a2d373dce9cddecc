import { describe, expect, it } from 'vitest';
import { DAY_MS } from './days.js';
import { fitScale } from './scale.js';
import { splitRows } from './split.js';
import { toySeries } from './testing/toy-series.js';
import { makeDataset } from './windows.js';

const ROWS = 400;
const wave = Array.from({ length: ROWS }, (_, row) => 50 + 10 * Math.sin(row * 0.7) + (row % 13));
const dates = Float64Array.from(wave, (_, row) => Date.UTC(2021, 0, 1) + row * DAY_MS);

describe('splitRows', () => {
  it('cuts 70, 15 and 15 per cent in the order of time', () => {
    expect(splitRows(400)).toEqual({
      train: { from: 0, to: 280 },
      validation: { from: 280, to: 340 },
      test: { from: 340, to: 400 },
    });
  });
});

describe('fitScale', () => {
  it('looks at its span alone', () => {
    expect(fitScale(Float64Array.of(1, 3, 1000), { from: 0, to: 2 })).toEqual({ centre: 2, size: 1 });
  });
});

describe('makeDataset', () => {
  it('forecasts the difference from the last value', () => {
    const { train, changeSize } = makeDataset(toySeries(wave), 5);
    expect(train.truth[0]).toBe(wave[5]);
    expect(train.last[0]).toBe(wave[4]);
    expect(train.targets[0]! * changeSize).toBeCloseTo(wave[5]! - wave[4]!, 4);
  });

  it('forecasts the difference from a season ago where that is nearer', () => {
    const season = { rows: 7, label: 'a week ago' };
    const weekly = wave.map((_, row) => [0, 5, 9, 7, 2, 30, 41][row % 7]! + (row % 3));
    const { train, changeSize, reference } = makeDataset(toySeries(weekly, { season }), 5);
    expect(reference).toBe('season');
    // Windows look 7 rows further back than they show.
    expect(train.rows[0]).toBe(12);
    expect(train.reference[0]).toBe(weekly[5]);
    expect(train.targets[0]! * changeSize).toBeCloseTo(weekly[12]! - weekly[5]!, 4);
  });

  it('keeps to the last value where a season ago is further off', () => {
    const slow = wave.map((_, row) => 100 * Math.sin(row / 40));
    const { train, reference } = makeDataset(
      toySeries(slow, { season: { rows: 7, label: 'a week ago' } }),
      5,
    );
    expect(reference).toBe('last');
    expect(train.reference).toEqual(train.last);
  });

  it('has no window that crosses a border', () => {
    const { train, validation, test } = makeDataset(toySeries(wave), 5);
    expect([train.rows[0], train.rows.at(-1)]).toEqual([5, 279]);
    expect([validation.rows[0], validation.rows.at(-1)]).toEqual([285, 339]);
    expect([test.rows[0], test.rows.at(-1)]).toEqual([345, 399]);
  });

  it.each(['levels', 'changes'] as const)('learns nothing from later parts (%s)', (inputs) => {
    const season = { rows: 7, label: 'a week ago' };
    const before = makeDataset(toySeries(wave, { dates, season, inputs }), 5);
    const perturbed = wave.map((value, row) => (row >= 340 ? value * 100 - 7 : value));
    const after = makeDataset(toySeries(perturbed, { dates, season, inputs }), 5);
    expect(after.train).toEqual(before.train);
    expect(after.validation).toEqual(before.validation);
    expect(after.changeSize).toBe(before.changeSize);
    expect(after.test.targets).not.toEqual(before.test.targets);
    const late = wave.map((value, row) => (row >= 280 ? value * 100 - 7 : value));
    expect(makeDataset(toySeries(late, { dates, season, inputs }), 5).train).toEqual(before.train);
  });

  it('never shows the value to forecast', () => {
    const changed = wave.map((value, row) => (row === 100 ? value + 1000 : value));
    const [a, b] = [makeDataset(toySeries(wave), 5), makeDataset(toySeries(changed), 5)];
    const features = a.features.length;
    const window = (dataset: typeof a) => {
      const at = dataset.train.rows.indexOf(100);
      return dataset.train.inputs.subarray(at * 5 * features, (at + 1) * 5 * features);
    };
    // The scale moves with the training rows, so compare after undoing it.
    const scale = (values: readonly number[]) => fitScale(Float64Array.from(values), { from: 0, to: 280 });
    const raw = (dataset: typeof a, values: readonly number[]) => {
      const { centre, size } = scale(values);
      return [...window(dataset)].map((value) => value * size + centre);
    };
    const [seenA, seenB] = [raw(a, wave), raw(b, changed)];
    for (const [i, value] of seenA.entries()) expect(seenB[i]).toBeCloseTo(value, 2);
  });

  it('shows the weekday of the row to forecast', () => {
    const { features, train } = makeDataset(toySeries(wave, { dates }), 5);
    const first = train.inputs.subarray(0, 5 * features.length);
    const lastStep = first.subarray(4 * features.length);
    // Row 5 is 2021-01-06, a Wednesday.
    expect(lastStep[features.indexOf('Wednesday')]).toBe(1);
    expect(lastStep[features.indexOf('Tuesday')]).toBe(0);
  });

  it('leaves out every window that touches a missing value', () => {
    const holed = wave.map((value, row) => (row === 100 ? Number.NaN : value));
    const { train, skipped } = makeDataset(toySeries(holed), 5);
    // Row 100 is forecast once and seen five times.
    expect(skipped).toBe(6);
    expect([...train.rows].filter((row) => row >= 100 && row <= 105)).toEqual([]);
    expect(train.inputs.some(Number.isNaN)).toBe(false);
  });

  it('refuses a constant target', () => {
    expect(() => makeDataset(toySeries(Array(400).fill(3)), 5)).toThrow(/never changes/);
  });

  it('refuses too few rows, and says how many it needs', () => {
    expect(() => makeDataset(toySeries(wave.slice(0, 60)), 14)).toThrow(/needs about 200 rows .* got 60/);
  });
});
