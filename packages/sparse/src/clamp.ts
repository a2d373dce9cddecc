/** The number, or the end of the range that it lies beyond; NaN stays. */
export function clamp(sum: number, low: number, high: number): number {
  if (sum < low) return low;
  if (sum > high) return high;
  return sum;
}
