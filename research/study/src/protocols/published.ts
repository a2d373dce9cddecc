import { badData } from '@synaprune/examples-kit/bad-data';
import { applyScale } from '@synaprune/examples-kit/series/scale';
import type { Column } from '@synaprune/examples-kit/series/series';
import type { LoadedSeries } from '../data/load-series.js';
import type { Task } from '../task.js';
import { dateParts } from './date-parts.js';
import { momentsOf, scaleOf } from './moments.js';
import { cutWindows, type Rows, sideBySide, sparing, wholeWindows } from './windows.js';

const SHIFTS = [1, 3, 7, 14, 30] as const;
const LEAST_WINDOWS = { train: 64, test: 16 } as const;

/**
 * A task as the published program has it, faults included. The inputs are all columns but the target itself, the
 * target 1, 3, 7, 14 and 30 rows before and after, and parts of the date; scales are fitted on all rows; the target
 * is scaled twice (the second time changes nothing but rounding); the last fifth of the windows both stops training
 * and is the test. No row is dropped for want of a row before or after: the target's first and last value stand in.
 * On the published Bitcoin file this gives the 23 inputs of the program, and last-value persistence has a mean
 * absolute error of .1220, .1220, .1228, .1230, .1262 and .1313 at lengths 1, 3, 7, 14, 30 and 60. Their order is the
 * program's, too: date, columns of the file, parts of the date, the target before, the target after. With another
 * order each initial weight meets another column, and a seed gives another result.
 *
 * The program takes columns of up to ten different values for categories; here they stay numbers. What it does with
 * rows that have no target is not known; here they are dropped.
 *
 * @param withTarget makes the target the first input and a channel, for models that forecast every channel; the
 *   published models do not see it
 * @throws PruneError `bad-data` when there are too few rows
 */
export function publishedTask(
  { identity, series, remarks }: LoadedSeries,
  length: number,
  withTarget: boolean,
): Task {
  const all = series.columns[0]!;
  const kept = Int32Array.from(all.values.keys()).filter((row) => !Number.isNaN(all.values[row]!));
  const pick = (values: Float64Array) => Float64Array.from(kept, (row) => values[row]!);
  const truth = pick(all.values);
  const windows = kept.length - length;
  const border = Math.floor(windows * 0.8);
  if (border < LEAST_WINDOWS.train || windows - border < LEAST_WINDOWS.test) {
    throw badData(
      `${series.name} needs ${length + 5 * LEAST_WINDOWS.test} rows for windows of ${length}, got ${kept.length}; take a ` +
        'shorter length or a longer series',
    );
  }
  const { mean, deviation } = momentsOf(truth);
  const once = truth.map((value) => (value - mean) / deviation);
  const again = momentsOf(once);
  const filled: Column[] = series.columns
    .slice(1)
    .map(({ name, values }) => ({ name, values: fillWithMean(pick(values)) }));
  const around = shifted(all.name, truth);
  const known = series.dates === null ? [] : dateParts(pick(series.dates));
  const forChannels = [{ name: all.name, values: truth }, ...filled, ...around];
  const inputs = withTarget
    ? [...forChannels, ...known]
    : [...known.slice(0, 1), ...filled, ...known.slice(1), ...around];
  // Where no channel is forecast, all columns pass for channels.
  const channels = withTarget ? forChannels.length : inputs.length;
  const scaled = inputs.map(({ values }) => {
    const scale = scaleOf(values);
    return scale === null ? new Float64Array(values.length) : applyScale(values, scale);
  });
  const constantOf = (value: number) => new Float64Array(kept.length).fill(value);
  const rows: Rows = {
    matrix: sideBySide(scaled, kept.length),
    features: scaled.length,
    next: sideBySide(scaled.slice(0, channels), kept.length),
    channels,
    truth,
    persistence: truth.map((_, row) => truth[row - 1] ?? Number.NaN),
    offset: constantOf(mean + again.mean * deviation),
    channelOffset: constantOf(0),
    outputScale: deviation * again.deviation,
  };
  const forecast = wholeWindows(rows, 0, kept.length, length);
  const { thin, remarks: thinned } = sparing(forecast.length, length, rows.features);
  const test = cutWindows(rows, thin(forecast.subarray(border)), length);
  const filledIn = series.columns
    .slice(1)
    .filter(({ values }) => pick(values).some(Number.isNaN))
    .map(({ name }) => name);
  return {
    protocol: 'published',
    series: identity,
    length,
    features: inputs.map(({ name }) => name),
    channels,
    outputScale: rows.outputScale,
    targetChannel: { index: withTarget ? 0 : -1, centre: mean, size: deviation },
    errorUnit: deviation,
    train: cutWindows(rows, thin(forecast.subarray(0, border)), length),
    validation: test,
    test,
    remarks: [
      ...remarks,
      `inputs give the forecast away: ${all.name} 1 row ahead is among them, as published`,
      'scales are fitted on all rows, those of the test part included, as published',
      'the part that stops training is the test part, as published',
      ...(kept.length < all.values.length
        ? [
            `${all.values.length - kept.length} rows without a target are dropped; those on both sides become neighbours`,
          ]
        : []),
      ...(filledIn.length > 0
        ? [`missing values are filled with the mean of all rows in ${filledIn.join(', ')}`]
        : []),
      ...thinned,
    ],
  };
}

/** The target some rows before and after; beyond the ends, its first and its last value. */
function shifted(name: string, values: Float64Array): Column[] {
  const last = values.length - 1;
  const shift = (by: number) => values.map((_, row) => values[Math.min(last, Math.max(0, row + by))]!);
  return [
    ...SHIFTS.map((by) => ({ name: `${name} ${by} before`, values: shift(-by) })),
    ...SHIFTS.map((by) => ({ name: `${name} ${by} ahead`, values: shift(by) })),
  ];
}

function fillWithMean(values: Float64Array): Float64Array {
  const { mean } = momentsOf(values);
  return values.map((value) => (Number.isNaN(value) ? mean : value));
}
