import type { Evaluations, Score } from '../run.js';
import { keyOf } from '../store/key.js';
import type { Store } from '../store/store.js';
import type { Cell } from '../study.js';
import { type Plan, type PlannedCandidate, type PlannedCell, specOf } from './plan.js';

/** Finished runs, and the keys of those that failed. */
export interface Outcomes {
  readonly store: Pick<Store, 'has' | 'get'>;
  readonly failed: ReadonlySet<string>;
}

/** How the choice of a cell's setting stands. */
export interface Tuned {
  /** The settings whose tuning runs have all finished. */
  readonly tuning: Cell['tuning'];
  /** `undefined` while tuning runs are missing, when every setting failed, and for arms that train nothing. */
  readonly chosen: PlannedCandidate | undefined;
}

/**
 * Chooses a cell's setting: the one with the least mean validation error over the tuning seeds, the first of equal
 * ones. A setting of which a tuning run failed (it diverged, say) is out of the choice. A single setting is not
 * tuned.
 */
export function tune(plan: Plan, cell: PlannedCell, { store, failed }: Outcomes): Tuned {
  const { settings, arm } = cell;
  if (settings.length < 2) return { tuning: [], chosen: settings[0] };
  let waiting = false;
  let best: { readonly candidate: PlannedCandidate; readonly scaledMae: number } | undefined;
  const tuning: Cell['tuning'][number][] = [];
  for (const candidate of settings) {
    const keys = tuningKeys(plan, cell, candidate);
    if (keys.some((key) => failed.has(key) && !store.has(key))) continue;
    if (!keys.every((key) => store.has(key))) {
      waiting = true;
      continue;
    }
    const errors = keys.map((key) => scoreOf(store.get(key)!.result.validation, arm.evaluation).scaledMae);
    const scaledMae = errors.reduce((sum, error) => sum + error, 0) / errors.length;
    tuning.push({ label: candidate.label, scaledMae, keys });
    if (best === undefined || scaledMae < best.scaledMae) best = { candidate, scaledMae };
  }
  return { tuning, chosen: waiting ? undefined : best?.candidate };
}

/** The keys of a setting's tuning runs, one a seed. */
export function tuningKeys(plan: Plan, cell: PlannedCell, candidate: PlannedCandidate): string[] {
  return plan.tuningSeeds.map((seed) => keyOf(specOf(plan, cell, candidate, seed)));
}

/** An arm's score. Without dropout there is nothing to leave on, and every evaluation is that with dropout off. */
export function scoreOf(evaluations: Evaluations, evaluation: keyof Evaluations): Score {
  return evaluations[evaluation] ?? evaluations.off;
}
