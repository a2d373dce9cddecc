import type { Part } from '../task.js';

/** Forecasts that are kept of the test part, its last: what a picture of them shows. */
export const STRETCH = 60;

/** The end of a test part, original units: what happened, and what those forecast that are not trained. */
export interface Stretch {
  readonly truth: readonly number[];
  readonly lastValue: readonly number[];
  readonly linear: readonly number[];
}

/** The last windows of a part. */
export function lastWindows(part: Part, most: number = STRETCH): Part {
  const from = Math.max(0, part.count - most);
  const rest = <Values extends Float32Array | Float64Array>(values: Values) =>
    values.subarray((values.length / part.count) * from) as Values;
  return {
    count: part.count - from,
    inputs: rest(part.inputs),
    targets: rest(part.targets),
    nextRow: rest(part.nextRow),
    truth: rest(part.truth),
    persistence: rest(part.persistence),
    offset: rest(part.offset),
    channelOffset: rest(part.channelOffset),
  };
}

/** Numbers to keep, with the digits that a float32 has. */
export function keptDigits(values: ArrayLike<number>): number[] {
  return Array.from(values, (value) => Number(value.toPrecision(7)));
}
