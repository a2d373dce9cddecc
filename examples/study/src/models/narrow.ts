/**
 * The width whose count of prunable weights is nearest to `(1 − narrowed) · count(full)`; the smaller one of two
 * that are equally near.
 *
 * @param count prunable weights at a width; grows with it
 * @param step widths are multiples of this
 */
export function narrowWidth(
  full: number,
  narrowed: number,
  count: (width: number) => number,
  step = 1,
): number {
  const wanted = (1 - narrowed) * count(full);
  let best = full;
  for (let width = full - step; width >= step; width -= step) {
    if (Math.abs(count(width) - wanted) > Math.abs(count(best) - wanted)) break;
    best = width;
  }
  return best;
}
