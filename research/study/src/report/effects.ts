import { meanOf } from '@synaprune/examples-kit/metrics';
import {
  bootstrapInterval,
  equivalenceInterval,
  type Interval,
  meanInterval,
  meanOfBlocks,
  resampleBlocks,
  valuesToTell,
} from '../statistics/statistics.js';
import type { Study } from '../study.js';
import { type BlockUnit, groupBy, placeOf } from './blocks.js';
import type { Observation } from './observations.js';

/** How much an arm's error differs from another's, relatively, over paired runs. */
export interface Effect {
  readonly arm: string;
  readonly reference: string;
  /** Relative difference: −0.1 is an error 10 % lower than the reference's. Geometric mean over the blocks. */
  readonly relative: number;
  /** 95 % by Student's t over the blocks, on the logarithm of the ratios; `null` with fewer than two blocks. */
  readonly interval: readonly [number, number] | null;
  /**
   * Between these the difference lies by two one-sided tests, each at 95 % (Student's 90 % interval): the closest bounds
   * that equivalence can be claimed within. `null` with fewer than two blocks.
   */
  readonly bounds: readonly [number, number] | null;
  readonly blocks: number;
  /**
   * How many blocks that spread as these do it takes to tell a difference of 1 % from none, at 5 % on both sides and with a
   * power of 80 %. `null` with fewer than two blocks, and where a million would not do.
   */
  readonly blocksToTell: number | null;
  /** Blocks, and pairs of runs, in which the arm's error is the lower one. */
  readonly blocksLower: number;
  readonly pairs: number;
  readonly pairsLower: number;
}

/**
 * The relative difference of two arms: runs are paired by series, model, length and seed, the logarithms of
 * their ratios averaged within a block, and the blocks compared with zero. `null` when nothing pairs up.
 *
 * @param errorOf the error to compare, > 0; pairs with an error of 0 are left out
 */
export function effectOf(
  observations: readonly Observation[],
  arm: string,
  reference: string,
  unit: BlockUnit,
  errorOf: (run: Observation) => number = (run) => run.score.scaledMae,
): Effect | null {
  return effectOfRatios(ratiosOf(observations, arm, reference, errorOf), { arm, reference }, unit);
}

/**
 * The 95 % percentile interval of {@link effectOf}'s difference by a bootstrap in two levels, which draws blocks
 * and then runs in each. `null` with fewer than three blocks, where it would be far too narrow.
 */
export function bootstrapEffect(
  observations: readonly Observation[],
  arm: string,
  reference: string,
  unit: BlockUnit,
): readonly [number, number] | null {
  const blocks = blocksOf(
    ratiosOf(observations, arm, reference, (run) => run.score.scaledMae),
    unit,
  );
  if (blocks.length < 3) return null;
  const { low, high } = bootstrapInterval(blocks, meanOfBlocks, {
    draw: resampleBlocks,
    method: 'percentile',
  });
  return [Math.expm1(low), Math.expm1(high)];
}

interface Ratio {
  readonly run: Observation;
  readonly ratio: number;
}

/** The errors of an arm's runs over those of the reference's runs at the same places. */
function ratiosOf(
  observations: readonly Observation[],
  arm: string,
  reference: string,
  errorOf: (run: Observation) => number,
): Ratio[] {
  const references = new Map(
    observations.filter((run) => run.arm === reference).map((run) => [placeOf(run), errorOf(run)]),
  );
  return observations.flatMap((run) => {
    const other = references.get(placeOf(run));
    return run.arm !== arm || other === undefined ? [] : { run, ratio: errorOf(run) / other };
  });
}

/** The difference that a study is asked to tell. */
const TOLD = 0.01;

/** Logarithms of the ratios, block by block. */
function blocksOf(ratios: readonly Ratio[], unit: BlockUnit): number[][] {
  const usable = ratios.filter(({ ratio }) => Number.isFinite(ratio) && ratio > 0);
  const groups = groupBy(usable, ({ run }) => unit.map((part) => run[part]).join('/'));
  return [...groups.values()].map((group) => group.map(({ ratio }) => Math.log(ratio)));
}

/** The same against repeating the last value, which every run is measured beside. */
export function effectOnPersistence(
  observations: readonly Observation[],
  arm: string,
  unit: BlockUnit,
): Effect | null {
  const ratios = observations
    .filter((run) => run.arm === arm)
    .map((run) => ({ run, ratio: run.score.scaledMae / run.persistence.scaledMae }));
  return effectOfRatios(ratios, { arm, reference: 'persistence' }, unit);
}

/** The same against the linear model of each series and length. */
export function effectOnLinear(
  linear: Study['linear'],
  observations: readonly Observation[],
  arm: string,
  unit: BlockUnit,
): Effect | null {
  const ratios = observations
    .filter((run) => run.arm === arm)
    .flatMap((run) => {
      const other = linear.find(({ series, length }) => series === run.series && length === run.length);
      return other === undefined ? [] : { run, ratio: run.score.scaledMae / other.score.scaledMae };
    });
  return effectOfRatios(ratios, { arm, reference: 'linear' }, unit);
}

function effectOfRatios(
  ratios: readonly Ratio[],
  names: { readonly arm: string; readonly reference: string },
  unit: BlockUnit,
): Effect | null {
  const blocks = blocksOf(ratios, unit);
  if (blocks.length === 0) return null;
  const logs = blocks.map(meanOf);
  const { mean, interval } = meanInterval(logs);
  const bounds = equivalenceInterval(logs);
  const pairs = blocks.flat();
  const relative = ({ low, high }: Interval): [number, number] => [Math.expm1(low), Math.expm1(high)];
  return {
    ...names,
    relative: Math.expm1(mean),
    interval: interval === null ? null : relative(interval),
    bounds: bounds === null ? null : relative(bounds),
    blocks: logs.length,
    blocksToTell: logs.length < 2 ? null : valuesToTell(logs, Math.log1p(TOLD)),
    blocksLower: logs.filter((value) => value < 0).length,
    pairs: pairs.length,
    pairsLower: pairs.filter((value) => value < 0).length,
  };
}

/** The least x for which an effect lies within ±x, with 95 % confidence by two one-sided tests; `null` without bounds. */
export function marginOf({ bounds }: Pick<Effect, 'bounds'>): number | null {
  return bounds === null ? null : Math.max(Math.abs(bounds[0]), Math.abs(bounds[1]));
}
