import type { Device } from '../device/devices';
import type { RunRecord } from '../keeping/record';
import type { TaskName } from '../tasks/task';
import type { SessionState } from './state';

/** The page's one run, from start to finish, across reloads and devices. */
export interface Session {
  state(): SessionState;
  /** What the form says; ignored where a run has begun. */
  configure(wishes: { task?: TaskName; steps?: number; batch?: number }): void;
  setTarget(target: number): void;
  setDevice(wanted: Device | null): Promise<void>;
  start(): Promise<void>;
  pause(): void;
  resume(): Promise<void>;
  reset(): Promise<void>;
  /** The model as it is now, for taking away. */
  exportModel(): Promise<RunRecord['artifacts']>;
  /** Prunes the finished run on to 99 %, in a copy, for the curve of accuracy against kilobytes. */
  pruneOn(): Promise<void>;
  /** Times predictions of the model as it is now. */
  timePredictions(): Promise<void>;
}
