import type { Dataset } from '@synaprune/examples-kit/series/windows';
import type { RuntimeName } from './runtime/open.js';
import type { Settings } from './settings.js';
import type { EpochRecord, Job, RunResult } from './train.js';

/** What a worker is born with. */
export interface WorkerStart {
  readonly dataset: Dataset;
  readonly settings: Settings;
  readonly runtime: RuntimeName;
  readonly backend: string;
  /** One number; anything but 0 asks for an end at the next step. */
  readonly stop: Int32Array;
}

/** What a worker says. It is told {@link Job}s, one at a time. */
export type WorkerMessage =
  | { readonly kind: 'ready'; readonly versions: Readonly<Record<string, string>> }
  | { readonly kind: 'epoch'; readonly job: Job; readonly record: EpochRecord }
  | { readonly kind: 'done'; readonly job: Job; readonly results: readonly RunResult[] }
  | { readonly kind: 'failed'; readonly message: string };
