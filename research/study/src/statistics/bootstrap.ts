import { createRandom, type Random } from '@synaprune/examples-kit/random';
import { checkBetween, checkCount } from './check.js';
import type { Interval } from './paired.js';
import { bcaInterval, percentileInterval } from './replicates.js';
import { resample } from './resampling.js';

export interface BootstrapOptions<Item> {
  /** In (0, 1); 0.95 when not given. */
  readonly level?: number;
  /** Samples that are drawn, at least 100; 2000 when not given. */
  readonly resamples?: number;
  /** The same seed gives the same interval on every machine; 1 when not given. */
  readonly seed?: number;
  readonly method?: 'bca' | 'percentile';
  /** How a sample is drawn: {@link resample} when not given; `resampleBlocks` for two levels. */
  readonly draw?: (items: readonly Item[], random: Random) => readonly Item[];
}

/** What a bootstrap found. */
export interface BootstrapInterval extends Interval {
  /** The statistic of the items as they are. */
  readonly observed: number;
  /** `percentile` also where BCa was asked for and there are fewer than 3 items to leave one out of. */
  readonly method: 'bca' | 'percentile';
}

/**
 * An interval for any statistic of independent items, by drawing samples of them with replacement. What is not
 * independent must be one item: hand over pairs to compare methods, and blocks (all runs of a series) where runs
 * share a series.
 *
 * @example
 * bootstrapInterval([[1, 2], [3, 5], [2, 2], [4, 5]], meanOfBlocks, { seed: 7, draw: resampleBlocks });
 *
 * @throws RangeError for no items, options out of range, and a statistic that is not finite.
 * @see B. Efron, Better bootstrap confidence intervals (1987), doi:10.2307/2289144
 */
export function bootstrapInterval<Item>(
  items: readonly Item[],
  statistic: (items: readonly Item[]) => number,
  options: BootstrapOptions<Item> = {},
): BootstrapInterval {
  const { level = 0.95, resamples = 2000, seed = 1, method = 'bca', draw = resample<Item> } = options;
  checkBetween('level', level, 0, 1);
  checkCount('resamples', resamples, 100);
  if (items.length === 0) throw new RangeError('at least 1 item is needed to draw from, got 0');
  const random = createRandom(seed, 'bootstrap');
  const observed = statistic(items);
  const replicates = Float64Array.from({ length: resamples }, () => statistic(draw(items, random)));
  if (method === 'percentile' || items.length < 3) {
    return { observed, method: 'percentile', ...percentileInterval(replicates, level) };
  }
  const jackknife = items.map((_, i) => statistic(items.filter((_, j) => j !== i)));
  return { observed, method, ...bcaInterval(replicates, observed, jackknife, level) };
}
