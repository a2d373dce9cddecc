import type { Dataset, Windows } from '@synaprune/examples-kit/series/windows';

/** Forecasts in the target's own unit: the reference plus the forecast difference. */
export function inOriginalUnits(
  { changeSize }: Pick<Dataset, 'changeSize'>,
  { reference }: Pick<Windows, 'reference'>,
  scaled: Float32Array,
): Float64Array {
  return reference.map((value, i) => value + scaled[i]! * changeSize);
}
