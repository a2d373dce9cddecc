import { keyOf } from '../store/key.js';
import type { Store } from '../store/store.js';
import type { Cell, StoredRun, Study } from '../study.js';
import { pendingRuns } from './pending.js';
import { cellsOf, type Plan, specOf } from './plan.js';
import { tune } from './tuning.js';

/** A run that ended without a result. */
export type Failure = Study['failed'][number];

/**
 * Puts a study together from a plan and the runs that have finished, all of them or not.
 *
 * @param failures of runs that have not finished since; others are left out
 * @param date when the study was put together
 */
export function assembleStudy(
  plan: Plan,
  store: Pick<Store, 'has' | 'get'>,
  failures: readonly Failure[] = [],
  date: Date = new Date(),
): Study {
  const failed = failures.filter(({ key }) => !store.has(key));
  const outcomes = { store, failed: new Set(failed.map(({ key }) => key)) };
  const runs = new Map<string, StoredRun>();
  const collect = (key: string) => {
    const run = runs.get(key) ?? store.get(key);
    if (run !== undefined) runs.set(key, run);
    return run !== undefined;
  };
  const cells = cellsOf(plan).map((cell): Cell => {
    const { tuning, chosen } = tune(plan, cell, outcomes);
    for (const { keys } of tuning) for (const key of keys) collect(key);
    const scored =
      chosen === undefined
        ? []
        : plan.seeds.map((seed) => ({
            seed,
            key: keyOf(specOf(plan, cell, chosen, seed)),
          }));
    return {
      arm: cell.arm.name,
      model: cell.model,
      series: cell.series,
      length: cell.length,
      chosen: chosen?.label ?? '',
      tuning,
      runs: scored.filter(({ key }) => collect(key)),
    };
  });
  const pending = pendingRuns(plan, outcomes);
  return {
    protocol: plan.protocol,
    series: plan.series,
    remarks: plan.remarks,
    persistence: plan.persistence,
    linear: plan.linear,
    impossible: plan.impossible,
    models: plan.models,
    lengths: plan.lengths,
    seeds: plan.seeds,
    tuningSeeds: plan.tuningSeeds,
    arms: plan.arms.map(({ name, title, explanation, evaluation }) => ({
      name,
      title,
      explanation,
      evaluation,
    })),
    cells,
    runs,
    missing: pending.runs.size + pending.later + failed.length,
    failed,
    machine: plan.machine,
    date: date.toISOString(),
    runSeconds: [...runs.values()].reduce((sum, { result }) => sum + result.seconds, 0),
  };
}
