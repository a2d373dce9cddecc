import { meanOf } from '@synaprune/examples-kit/metrics';
import type { Observation } from './observations.js';

/** What makes a block: everything else is averaged within it. */
export type BlockUnit = readonly ('series' | 'model' | 'length' | 'seed')[];

/** Errors of several arms over blocks, ready to be ranked. */
export interface BlockTable {
  readonly unit: BlockUnit;
  /** The columns: arms with at least one run here, in the study's order. Persistence is not among them. */
  readonly arms: readonly string[];
  /** The rows. Each averages the same (model, series, length, seed) over all arms. */
  readonly blocks: readonly {
    readonly label: string;
    /** Mean scaled MAE, one an arm. */
    readonly errors: readonly number[];
    /** Of repeating the last value, averaged over the same runs. */
    readonly persistence: number;
    /** Runs of each arm behind the block. */
    readonly runs: number;
  }[];
  /** Blocks that no run of every arm fell into, and runs that lack a partner in another arm. */
  readonly incompleteBlocks: number;
  readonly unpairedRuns: number;
}

/** Where in the design a run stands, but for its arm. */
export function placeOf(run: Observation): string {
  return `${run.series}/${run.model}/${run.length}/${run.seed}`;
}

/**
 * Averages errors within blocks. Only places that every arm has a run for are used, so that a missing run never
 * shifts one arm's mean against another's.
 *
 * @param describe a block's label, from one of its runs
 */
export function blockTable(
  observations: readonly Observation[],
  armOrder: readonly string[],
  unit: BlockUnit,
  describe: (run: Observation) => string,
): BlockTable {
  const arms = armOrder.filter((arm) => observations.some((run) => run.arm === arm));
  const groups = groupBy(observations, (run) => unit.map((part) => run[part]).join('/'));
  const blocks: BlockTable['blocks'][number][] = [];
  let [incompleteBlocks, unpairedRuns] = [0, 0];
  for (const group of groups.values()) {
    const places = [...groupBy(group, placeOf).values()];
    const complete = places.filter((runs) => runs.length === arms.length);
    unpairedRuns += places.filter((runs) => runs.length < arms.length).flat().length;
    if (complete.length === 0) {
      incompleteBlocks += 1;
      continue;
    }
    blocks.push({
      label: describe(group[0]!),
      errors: arms.map((arm) =>
        meanOf(complete.map((runs) => runs.find((run) => run.arm === arm)!.score.scaledMae)),
      ),
      persistence: meanOf(complete.map((runs) => runs[0]!.persistence.scaledMae)),
      runs: complete.length,
    });
  }
  return { unit, arms, blocks, incompleteBlocks, unpairedRuns };
}

/** Values in groups, in the order in which the groups first appear. */
export function groupBy<Value>(
  values: readonly Value[],
  keyOf: (value: Value) => string,
): Map<string, Value[]> {
  const groups = new Map<string, Value[]>();
  for (const value of values) {
    const key = keyOf(value);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [value]);
    else group.push(value);
  }
  return groups;
}
