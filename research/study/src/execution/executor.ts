import type { RunResult, RunSpec } from '../run.js';

/** Whoever wants to know how runs end. What `done` throws ends the execution. */
export interface RunListener<Spec = RunSpec, Result = RunResult> {
  done(spec: Spec, result: Result): void;
  failed(spec: Spec, message: string): void;
}

/** Carries out runs: on this machine's cores, or on those of others. */
export interface Executor<Spec = RunSpec, Result = RunResult> {
  /** For people: `2 processes`, `the queue at redis://…`. */
  readonly description: string;
  /**
   * Carries out runs in any order, and tells the listener once of each. Resolves when all have ended, or soon after
   * the signal.
   *
   * @throws what the listener threw, or why no run can be carried out any more; no run is told of after that
   */
  run(
    runs: ReadonlyMap<string, Spec>,
    listener: RunListener<Spec, Result>,
    signal: AbortSignal,
  ): Promise<void>;
  close(): Promise<void>;
}
