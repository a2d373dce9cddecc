/** Windows forecast in one call; bounds memory. */
const MOST_WINDOWS = 1024;

/**
 * Forecasts for all windows, so many at a time.
 *
 * @param inputs [count, window]
 * @param window numbers in a window
 */
export async function forecastInParts(
  inputs: Float32Array,
  window: number,
  forecast: (part: Float32Array, count: number) => ArrayLike<number> | Promise<ArrayLike<number>>,
): Promise<Float32Array> {
  const total = inputs.length / window;
  const forecasts = new Float32Array(total);
  for (let from = 0; from < total; from += MOST_WINDOWS) {
    const to = Math.min(total, from + MOST_WINDOWS);
    forecasts.set(await forecast(inputs.subarray(from * window, to * window), to - from), from);
  }
  return forecasts;
}
