import { DAY_MS } from '../series/days.js';
import type { Season } from '../series/series.js';

/** How far apart rows are. */
export interface Rhythm {
  /** What one row is: `day`, `hour`, `15 minutes`, `month`, `working day`. */
  readonly step: string;
  /** A naive forecast from one season ago, where rows are regular enough to count on. */
  readonly season: Season | null;
  readonly remarks: readonly string[];
}

const HOUR_MS = DAY_MS / 24;
const MINUTE_MS = HOUR_MS / 60;

/** Tells the step of ascending dates (milliseconds), a season, and remarks on gaps. */
export function rhythmOf(times: Float64Array): Rhythm {
  if (times.length < 3) return { step: 'row', season: null, remarks: [] };
  const gaps = times.subarray(1).map((time, row) => time - times[row]!);
  const usual = gaps.toSorted()[gaps.length >> 1]!;
  const { step, longest, season } = describe(usual, times);
  const wide = gaps.filter((gap) => gap > longest);
  const regular = wide.length <= 0.01 * gaps.length && (season?.rows ?? 0) * 10 <= times.length;
  if (wide.length === 0) return { step, season: regular ? season : null, remarks: [] };
  const largest = wide.reduce((most, gap) => Math.max(most, gap), 0);
  const after = new Date(times[gaps.indexOf(largest)]!).toISOString().slice(0, 16).replace('T', ' ');
  return {
    step,
    season: regular ? season : null,
    remarks: [
      `${wide.length} ${wide.length === 1 ? 'gap' : 'gaps'} in the dates, the longest ${span(largest)} after ${after}; ` +
        'rows on both sides are taken as neighbours',
    ],
  };
}

/** The step's name, the longest distance that is no gap, and the season of a regular series. */
function describe(
  usual: number,
  times: Float64Array,
): { step: string; longest: number; season: Season | null } {
  if (usual === DAY_MS) {
    const weekend = times.filter((time) => [0, 6].includes(new Date(time).getUTCDay())).length;
    if (weekend < 0.05 * times.length) return { step: 'working day', longest: 5 * DAY_MS, season: null };
    return { step: 'day', longest: 1.5 * DAY_MS, season: { rows: 7, label: 'a week ago' } };
  }
  if (usual >= 28 * DAY_MS && usual <= 31 * DAY_MS) {
    return { step: 'month', longest: 32 * DAY_MS, season: { rows: 12, label: 'a year ago' } };
  }
  if (usual >= 90 * DAY_MS && usual <= 92 * DAY_MS) {
    return { step: 'quarter', longest: 93 * DAY_MS, season: { rows: 4, label: 'a year ago' } };
  }
  const daily = DAY_MS / usual;
  const whole = Number.isInteger(daily) && daily >= 2 && daily <= 288;
  const season = whole ? { rows: daily, label: 'a day ago' } : null;
  if (usual >= 365 * DAY_MS && usual <= 366 * DAY_MS) return { step: 'year', longest: 367 * DAY_MS, season };
  return { step: span(usual).replace(/^1 /, ''), longest: 1.5 * usual, season };
}

/** `3 hours` of milliseconds. */
function span(time: number): string {
  const units = [
    ['week', 7 * DAY_MS],
    ['day', DAY_MS],
    ['hour', HOUR_MS],
    ['minute', MINUTE_MS],
    ['second', 1000],
  ] as const;
  const [name, size] = units.find(([, length]) => time >= length && time % length === 0) ??
    units.find(([, length]) => time >= length) ?? ['millisecond', 1];
  const count = Number((time / size).toFixed(1));
  return `${count} ${name}${count === 1 ? '' : 's'}`;
}
