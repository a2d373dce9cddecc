import type { Failure } from '../plan/assemble-study.js';
import { pendingRuns } from '../plan/pending.js';
import type { Plan } from '../plan/plan.js';
import type { Progress } from '../progress.js';
import { keyOf } from '../store/key.js';
import type { Store } from '../store/store.js';
import type { Executor } from './executor.js';

/** What a study is carried out with. */
export interface Conduct {
  readonly plan: Plan;
  readonly store: Store;
  readonly executor: Executor;
  readonly progress: Progress;
  /** Ends the study early; finished runs stay. */
  readonly signal: AbortSignal;
}

/**
 * Carries out the runs that a plan needs and the store does not have: tuning runs, then the scored runs of the
 * settings they chose. Every result is on the disk before the next is looked at.
 *
 * @returns the runs that ended without a result; they are tried again by the next call
 * @throws PruneError `file-failed` when the store cannot be written, and what the executor throws
 */
export async function conductStudy({ plan, store, executor, progress, signal }: Conduct): Promise<Failure[]> {
  const failures = new Map<string, Failure>();
  for (;;) {
    const pending = pendingRuns(plan, { store, failed: new Set(failures.keys()) });
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
          const key = keyOf(spec);
          failures.set(key, { key, spec, message });
          progress.failed(spec, message);
        },
      },
      signal,
    );
  }
}
