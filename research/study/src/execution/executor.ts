import type { RunResult, RunSpec } from '../run.js';

/** Whoever wants to know how runs end. What `done` throws ends the execution. */
export interface RunListener {
  done(spec: RunSpec, result: RunResult): void;
  failed(spec: RunSpec, message: string): void;
}

/** Carries out runs: on this machine's cores, or on those of others. */
export interface Executor {
  /** For people: `2 processes`, `the queue at redis://…`. */
  readonly description: string;
  /**
   * Carries out runs in any order, and tells the listener once of each. Resolves when all have ended, or soon after
   * the signal.
   *
   * @throws what the listener threw, or why no run can be carried out any more; no run is told of after that
   */
  run(runs: ReadonlyMap<string, RunSpec>, listener: RunListener, signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}
