/** The part of a run in which the rate rises, and after which it falls. */
const [WARM, FALLING] = [0.05, 0.4];

/** Of the rate, what is left at the end. */
const LEAST = 0.01;

/** The share of the learning rate at a part of the run, in [0, 1]: up in a few steps, level, then down along a cosine. */
export function rateAt(progress: number): number {
  const warmth = Math.min(1, (progress + 0.01) / WARM);
  const fallen = Math.min(1, Math.max(0, (progress - FALLING) / (1 - FALLING)));
  return warmth * (LEAST + ((1 - LEAST) * (1 + Math.cos(Math.PI * fallen))) / 2);
}
