/**
 * The size whose count is nearest to `wanted`; the smaller one of two that are equally near.
 *
 * @param count grows with the size
 * @param sizes multiples of `step`, from one step to at most `most`
 */
export function nearestSize(
  wanted: number,
  count: (size: number) => number,
  { step = 1, most }: { readonly step?: number; readonly most: number },
): number {
  let best = step;
  for (let size = 2 * step; size <= most; size += step) {
    if (Math.abs(count(size) - wanted) >= Math.abs(count(best) - wanted)) break;
    best = size;
  }
  return best;
}
