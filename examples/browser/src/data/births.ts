const DAY_MS = 86_400_000;
const FIRST_DAY = Date.UTC(1969, 0, 1);

/** Days a forecast looks back. */
export const WINDOW = 14;
/** What is known of each of these days. */
export const FEATURES = 11;

/** Windows of days, and what came next. */
export interface BirthSet {
  readonly count: number;
  /** [count, WINDOW, FEATURES] */
  readonly inputs: Float32Array;
  /** Births of the next day minus those a week before it, in units of `scale`. */
  readonly targets: Float32Array;
}

/** The series, ready to train on. */
export interface Births {
  readonly train: BirthSet;
  readonly test: BirthSet;
  /** Births a day that a target of 1 stands for. */
  readonly scale: number;
  /** Mean absolute error, in births a day, of repeating last week on the test days. */
  readonly lastWeek: number;
}

/** Births a day as numbers, from the packed file. */
export function readBirths(bytes: Uint8Array): Float64Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Float64Array.from({ length: bytes.length >> 1 }, (_, day) => view.getUint16(2 * day, true));
}

/**
 * The first four fifths to train on, the rest, later days, to test on. A day is told by its births (scaled by
 * mean and deviation of the training part), by their change from a week before, and by the calendar of the
 * day that follows it: weekday, and place in the year.
 */
export function makeBirths(values: Float64Array): Births {
  const days = values.length;
  const cut = Math.floor(0.8 * days);
  const change = values.map((value, day) => (day < 7 ? 0 : value - values[day - 7]!));
  const [mean, deviation] = moments(values.subarray(0, cut));
  const [, scale] = moments(change.subarray(7, cut));
  const features = new Float32Array(days * FEATURES);
  for (let day = 0; day < days; day += 1) {
    const next = new Date(FIRST_DAY + (day + 1) * DAY_MS);
    const angle = (2 * Math.PI * (next.getTime() - Date.UTC(next.getUTCFullYear(), 0))) / (365.25 * DAY_MS);
    const row = features.subarray(day * FEATURES, (day + 1) * FEATURES);
    row.set([(values[day]! - mean) / deviation, change[day]! / scale, Math.sin(angle), Math.cos(angle)]);
    row[4 + next.getUTCDay()] = 1;
  }
  // A window's first day needs a week before it; its forecast is for the day after its last.
  const windows = (from: number, to: number): BirthSet => {
    const count = to - from;
    const inputs = new Float32Array(count * WINDOW * FEATURES);
    const targets = new Float32Array(count);
    for (let i = 0; i < count; i += 1) {
      const next = from + i;
      inputs.set(features.subarray((next - WINDOW) * FEATURES, next * FEATURES), i * WINDOW * FEATURES);
      targets[i] = change[next]! / scale;
    }
    return { count, inputs, targets };
  };
  const later = change.subarray(cut);
  return {
    train: windows(WINDOW + 7, cut),
    test: windows(cut, days),
    scale,
    lastWeek: later.reduce((sum, value) => sum + Math.abs(value), 0) / later.length,
  };
}

function moments(values: Float64Array): [mean: number, deviation: number] {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const square = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return [mean, Math.sqrt(square)];
}
