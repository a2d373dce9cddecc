import type { Failure } from '../plan/assemble-study.js';
import { type Pending, pendingRuns } from '../plan/pending.js';
import type { Plan } from '../plan/plan.js';
import type { RunResult, RunSpec } from '../run.js';
import type { Progress } from '../run-progress.js';
import { keyOf } from '../store/key.js';
import type { Store } from '../store/store.js';
import type { Failed } from '../study.js';
import type { Executor } from './executor.js';

/** What runs are carried out with. */
export interface ConductRuns<Spec, Result> {
  /** The runs that are needed and that have neither finished nor failed; asked for again when these have ended. */
  readonly pending: (failed: ReadonlySet<string>) => Pending<Spec>;
  readonly keyOf: (spec: Spec) => string;
  readonly store: Pick<Store<Spec, Result>, 'append'>;
  readonly executor: Executor<Spec, Result>;
  readonly progress: Progress<Spec, Result>;
  /** Ends it early; finished runs stay. */
  readonly signal: AbortSignal;
}

/** What a study is carried out with. */
export interface Conduct extends Omit<ConductRuns<RunSpec, RunResult>, 'pending' | 'keyOf' | 'store'> {
  readonly plan: Plan;
  readonly store: Store;
}

/**
 * Carries out the runs that a plan needs and the store does not have: tuning runs, then the scored runs of the
 * settings they chose. See {@link conductRuns}.
 */
export function conductStudy({ plan, store, ...conduct }: Conduct): Promise<Failure[]> {
  return conductRuns({
    ...conduct,
    store,
    keyOf,
    pending: (failed) => pendingRuns(plan, { store, failed }),
  });
}

/**
 * Carries out runs until none is pending. Every result is on the disk before the next is looked at.
 *
 * @returns the runs that ended without a result; they are tried again by the next call
 * @throws PruneError `file-failed` when the store cannot be written, and what the executor throws
 */
export async function conductRuns<Spec, Result>({
  pending: pendingOf,
  keyOf: nameKey,
  store,
  executor,
  progress,
  signal,
}: ConductRuns<Spec, Result>): Promise<Failed<Spec>[]> {
  const failures = new Map<string, Failed<Spec>>();
  for (;;) {
    const pending = pendingOf(new Set(failures.keys()));
    if (pending.runs.size === 0 || signal.aborted) return [...failures.values()];
    progress.expect(pending);
    await executor.run(
      pending.runs,
      {
        done(spec, result) {
          store.append(spec, result);
          progress.done(spec, result);
        },
        failed(spec, message) {
          const key = nameKey(spec);
          failures.set(key, { key, spec, message });
          progress.failed(spec, message);
        },
      },
      signal,
    );
  }
}
