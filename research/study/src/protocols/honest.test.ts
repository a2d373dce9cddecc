import { makeDataset } from '@synaprune/examples-kit/series/windows';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadSeries } from '../data/load-series.js';
import { madeUp, rowsOf, wobble } from '../data/testing/made-up.js';
import type { Part, Task } from '../task.js';
import { makeTask } from './make-task.js';

const PATTERN = [1, 3, 2, 6];
const pattern = (row: number) => PATTERN[row % 4]!;

describe('the honest protocol on 200 rows that repeat 1, 3, 2, 6', () => {
  // 140 training rows: mean 3, squared distances 4, 0, 1, 9; 139 changes of 2, −1, 4 (35 times each) and −5 (34 times).
  const deviation = Math.sqrt(14 / 4);
  const outputScale = Math.sqrt((35 * (4 + 1 + 16) + 34 * 25) / 139);
  const task = makeTask(madeUp({ v: rowsOf(200, pattern) }), 'honest', 2);

  it('fits scales on the 140 training rows', () => {
    expect(task.errorUnit).toBeCloseTo(deviation, 12);
    expect(task.outputScale).toBeCloseTo(outputScale, 12);
    expect(task.targetChannel.index).toBe(0);
    expect(task.targetChannel.centre).toBeCloseTo(3, 12);
    expect(task.targetChannel.size).toBeCloseTo(deviation, 12);
    expect(task.features).toEqual(['v']);
    expect(task.channels).toBe(1);
  });

  it('keeps windows inside of 140, 30 and 30 rows', () => {
    expect([task.train.count, task.validation.count, task.test.count]).toEqual([138, 28, 28]);
    expect(first(task.validation)).toEqual(first(task.train));
    // Row 170 is the third of the pattern: 2, 6 and then 1.
    expect(first(task.test)).toMatchObject({ truth: 1, persistence: 6, offset: 6 });
  });

  it('forecasts the difference from the last value', () => {
    const part = task.train;
    expect(first(part)).toMatchObject({ truth: 2, persistence: 3, offset: 3, channelOffset: 0 });
    expect(part.targets[0]).toBeCloseTo(-1 / outputScale, 6);
    expect(Array.from(part.inputs.subarray(0, 2))).toEqual([Math.fround(-2 / deviation), 0]);
    expect(part.nextRow[0]).toBeCloseTo(-1 / deviation, 6);
  });
});

describe('the honest protocol', () => {
  it('gives the windows of the forecast example for births', () => {
    const births = loadSeries({ source: 'births' });
    const [task, dataset] = [makeTask(births, 'honest', 5), makeDataset(births.series, 5)];
    expect(task.features).toEqual(dataset.features);
    expect(task.outputScale).toBeCloseTo(dataset.changeSize, 8);
    for (const name of ['train', 'validation', 'test'] as const) {
      const [part, windows] = [task[name], dataset[name]];
      expect(part.truth).toEqual(windows.truth);
      expect(part.persistence).toEqual(windows.last);
      expect(part.offset).toEqual(windows.reference);
      expect(largestDifference(part.inputs, windows.inputs)).toBeLessThan(1e-5);
      expect(largestDifference(part.targets, windows.targets)).toBeLessThan(1e-5);
    }
  });

  it('shows changes of every column, and the target channel counts from the last value', () => {
    const columns = { v: rowsOf(200, pattern), other: rowsOf(200, (row) => wobble(row)) };
    const task = makeTask(madeUp(columns, { inputs: 'changes' }), 'honest', 2);
    expect(task.features).toEqual(['change of v', 'change of other']);
    // The first window shows rows 1 and 2; row 0 has no change.
    expect(first(task.train)).toMatchObject({ truth: 6, persistence: 2, channelOffset: 2 });
    const { centre, size } = task.targetChannel;
    expect(task.train.inputs[0]).toBeCloseTo((2 - centre) / size, 5);
    expect(task.train.nextRow[0]).toBeCloseTo((4 - centre) / size, 5);
  });

  it('counts from a season ago where that is nearer', () => {
    const season = { rows: 4, label: 'four rows ago' };
    const values = rowsOf(300, (row) => pattern(row) + 0.1 * wobble(row));
    const task = makeTask(madeUp({ v: values }, { season }), 'honest', 3);
    expect(task.features).toEqual(['v', 'v against four rows ago']);
    // Windows start four rows in: rows 4, 5, 6 are shown and row 7 is forecast from row 3.
    expect(task.train.offset[0]).toBe(values[3]);
    expect(task.train.persistence[0]).toBe(values[6]);
    expect(task.train.truth[0]).toBe(values[7]);
  });

  it('leaves a part to itself: later values change nothing in the training part', () => {
    const values = rowsOf(220, (row) => 10 * wobble(row));
    const before = makeTask(madeUp({ v: values, w: rowsOf(220, (row) => wobble(row + 500)) }), 'honest', 4);
    fc.assert(
      fc.property(
        fc.integer({ min: 154, max: 219 }),
        fc.double({ min: -1e6, max: 1e6, noNaN: true }),
        (row, value) => {
          const changed = values.with(row, value);
          const after = makeTask(madeUp({ v: changed, w: rowsOf(220, (r) => wobble(r + 500)) }), 'honest', 4);
          expect(after.train).toEqual(before.train);
          expect([after.outputScale, after.errorUnit]).toEqual([before.outputScale, before.errorUnit]);
          expect(after.targetChannel).toEqual(before.targetChannel);
          if (row >= 187) expect(after.validation).toEqual(before.validation);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('leaves out windows whose truth or last value is missing, and bridges up to three rows of inputs', () => {
    const gap = (values: number[], from: number, to: number) =>
      values.map((v, row) => (row >= from && row < to ? Number.NaN : v));
    const whole = rowsOf(200, (row) => 5 * wobble(row));
    const task = makeTask(madeUp({ v: gap(whole, 50, 53) }), 'honest', 2);
    const seen = new Set(task.train.truth);
    // Rows 50 to 52 are no truth; 51 to 53 have no last value.
    expect([50, 51, 52, 53].filter((row) => seen.has(whole[row]!))).toEqual([]);
    expect(task.train.count).toBe(138 - 4);
    const at = task.train.truth.indexOf(whole[54]!);
    const { centre, size } = task.targetChannel;
    // Row 54 is forecast from rows 52 and 53; row 52 shows row 49.
    expect(task.train.inputs[at * 2]).toBeCloseTo((whole[49]! - centre) / size, 5);
    expect(makeTask(madeUp({ v: gap(whole, 50, 54) }), 'honest', 2).train.count).toBe(138 - 6);
  });

  it('never trains on a bridged truth of another column', () => {
    const other = rowsOf(200, (row) => (row === 60 ? Number.NaN : wobble(row * 7)));
    const task = makeTask(madeUp({ v: rowsOf(200, (row) => wobble(row)), other }), 'honest', 2);
    expect(task.train.count).toBe(137);
    expect(Array.from(task.train.truth)).not.toContain(wobble(60));
  });

  it('takes changes where the target leaves its range in the training part', () => {
    const trend = madeUp({ v: rowsOf(200, (row) => row + 3 * wobble(row)) });
    expect(makeTask({ ...trend, inputs: 'by drift' }, 'honest', 2).features).toEqual(['change of v']);
    const flat = madeUp({ v: rowsOf(200, (row) => wobble(row)) });
    expect(makeTask({ ...flat, inputs: 'by drift' }, 'honest', 2).features).toEqual(['v']);
  });

  it('leaves out columns that are constant in the training part, with a remark', () => {
    const late = rowsOf(200, (row) => (row < 150 ? 1 : wobble(row)));
    const task = makeTask(madeUp({ v: rowsOf(200, wobble), late }), 'honest', 2);
    expect(task.features).toEqual(['v']);
    expect(task.remarks).toContain('constant in the training part and left out: late');
  });

  it('works on values near the largest and the smallest double', () => {
    for (const unit of [1e300, 1e-300]) {
      const task = makeTask(madeUp({ v: rowsOf(200, (row) => unit * wobble(row)) }), 'honest', 2);
      expect(task.train.targets.every(Number.isFinite)).toBe(true);
      expect(task.train.inputs.every(Number.isFinite)).toBe(true);
    }
  });

  it('refuses too few rows and lengths that are no whole number', () => {
    const short = madeUp({ v: rowsOf(60, wobble) });
    expect(() => makeTask(short, 'honest', 7)).toThrow(
      /needs 64 whole windows of 7 rows in its train part, got 35/,
    );
    expect(() => makeTask(short, 'honest', 0)).toThrow(/whole numbers from 1, got 0/);
  });

  it('keeps what a task says of itself, on every built-in series', () => {
    for (const source of ['births', 'sp500', 'weather', 'sensors']) {
      expectConsistent(makeTask(loadSeries({ source }), 'honest', 7));
    }
  });
});

/** An output and a channel both lead back to the truth, within the rounding of float32. */
function expectConsistent(task: Task): void {
  const { index, centre, size } = task.targetChannel;
  for (const part of [task.train, task.validation, task.test]) {
    let worst = 0;
    part.truth.forEach((truth, i) => {
      const output = part.offset[i]! + part.targets[i]! * task.outputScale;
      const channel = part.channelOffset[i]! + centre + size * part.nextRow[i * task.channels + index]!;
      worst = Math.max(worst, Math.abs(output - truth), Math.abs(channel - truth));
    });
    expect(worst / task.errorUnit).toBeLessThan(1e-5);
    expect(part.inputs.length).toBe(part.count * task.length * task.features.length);
  }
}

function first(part: Part) {
  const [truth, persistence] = [part.truth[0], part.persistence[0]];
  return { truth, persistence, offset: part.offset[0], channelOffset: part.channelOffset[0] };
}

function largestDifference(a: Float32Array, b: Float32Array): number {
  expect(a.length).toBe(b.length);
  return a.reduce((worst, value, i) => Math.max(worst, Math.abs(value - b[i]!)), 0);
}
