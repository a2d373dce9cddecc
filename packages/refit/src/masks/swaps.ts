import type { Groups } from '../kernels/kernels.js';

/** What a swap must win, as a share of the error: less is rounding, and could go on for ever. */
const LEAST_GAIN = 1e-9;

/**
 * Swaps a dropped weight of a row with a kept one as long as that lowers the row's error, r G rᵀ of what is dropped r,
 * each time the pair that lowers it most, and at most so often.
 *
 * @param kept flags of the row, written to
 * @returns how many were swapped
 * @see https://arxiv.org/abs/2512.10922
 */
export function swapRow(
  weights: Float32Array,
  kept: Uint8Array,
  curvature: Float64Array,
  groups: Groups | undefined,
  most: number,
): number {
  const features = weights.length;
  /** G r. */
  const pull = new Float64Array(features);
  let error = 0;
  const move = (j: number, share: number): void => {
    for (let i = 0; i < features; i += 1) pull[i]! += share * curvature[j * features + i]!;
  };
  for (let j = 0; j < features; j += 1) if (kept[j] === 0) move(j, weights[j]!);
  for (let j = 0; j < features; j += 1) if (kept[j] === 0) error += weights[j]! * pull[j]!;

  /** What the error gains by the drop of each, before what the pair has in common. */
  const alone = new Float64Array(features);
  const candidates = new Int32Array(features);
  for (let swap = 0; swap < most; swap += 1) {
    for (let j = 0; j < features; j += 1) {
      const w = weights[j]!;
      const sign = kept[j] === 1 ? 2 : -2;
      alone[j] = sign * w * pull[j]! + w * w * curvature[j * (features + 1)]!;
    }
    // Which could go: listed, because to ask each time costs more than the arithmetic.
    let count = 0;
    for (let j = 0; j < features; j += 1) if (kept[j] === 1) candidates[count++] = j;
    let best = -LEAST_GAIN * error;
    let back = -1;
    let out = -1;
    for (let p = 0; p < features; p += 1) {
      if (kept[p] === 1) continue;
      const group = groups === undefined ? 0 : Math.floor(p / groups.of);
      const row = p * features;
      const twice = 2 * weights[p]!;
      const limit = best - alone[p]!;
      let least = limit;
      for (let i = 0; i < count; i += 1) {
        const u = candidates[i]!;
        const change = alone[u]! - twice * weights[u]! * curvature[row + u]!;
        if (change < least && (groups === undefined || Math.floor(u / groups.of) === group)) {
          least = change;
          out = u;
        }
      }
      if (least < limit) {
        best = least + alone[p]!;
        back = p;
      }
    }
    if (back < 0) return swap;
    kept[back] = 1;
    kept[out] = 0;
    move(back, -weights[back]!);
    move(out, weights[out]!);
    error = Math.max(0, error + best);
  }
  return most;
}
