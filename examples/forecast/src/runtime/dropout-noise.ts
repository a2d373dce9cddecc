import { createRandom } from '@synaprune/examples-kit/random';

/**
 * Masks of dropout that repeat from run to run and differ from call to call, the same on every runtime: 0 with
 * probability `rate`, else `1 / (1 − rate)`.
 */
export function dropoutNoise(rate: number, seed: number): (count: number) => Float32Array {
  const random = createRandom(seed, 'dropout');
  const kept = 1 / (1 - rate);
  return (count) => Float32Array.from({ length: count }, () => (random.uniform() < rate ? 0 : kept));
}
