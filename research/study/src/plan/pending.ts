import type { RunSpec } from '../run.js';
import { keyOf } from '../store/key.js';
import { cellsOf, type Plan, specOf } from './plan.js';
import { type Outcomes, tune } from './tuning.js';

/** What a study still has to do. */
export interface Pending<Spec = RunSpec> {
  /** Runs to do now, each once, those on the same windows next to each other. */
  readonly runs: ReadonlyMap<string, Spec>;
  /** At most so many runs become known when these have finished: the scored runs of cells that are being tuned. */
  readonly later: number;
}

/**
 * The runs that a plan needs and that have neither finished nor failed. Scored runs of a cell are known once its
 * setting has been chosen, so a study asks again after these.
 */
export function pendingRuns(plan: Plan, outcomes: Outcomes): Pending {
  const { store, failed } = outcomes;
  const runs = new Map<string, RunSpec>();
  let later = 0;
  const need = (spec: RunSpec) => {
    const key = keyOf(spec);
    if (store.has(key) || failed.has(key)) return false;
    runs.set(key, spec);
    return true;
  };
  for (const cell of cellsOf(plan)) {
    const { chosen } = tune(plan, cell, outcomes);
    if (chosen !== undefined) {
      for (const seed of plan.seeds) need(specOf(plan, cell, chosen, seed));
      continue;
    }
    const tuning = cell.settings.flatMap((candidate) =>
      plan.tuningSeeds.map((seed) => need(specOf(plan, cell, candidate, seed))),
    );
    // With every setting failed there is nothing to score.
    if (tuning.includes(true)) later += plan.seeds.length;
  }
  return { runs, later };
}
