import type { Random } from '@synaprune/examples-kit/random';

/** Numbers uniform in ±bound. */
export function uniform(count: number, bound: number, random: Pick<Random, 'uniform'>): Float32Array {
  return Float32Array.from({ length: count }, () => (2 * random.uniform() - 1) * bound);
}
