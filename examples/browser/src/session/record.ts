import type * as tf from '@tensorflow/tfjs';
import type { Device } from '../device/devices';
import type { TaskName } from '../tasks/task';
import type { RunSettings } from '../training/run';
import type { History } from './history';
import type { Measurement } from './measure';

/** A run as it is kept between visits: with this it goes on exactly. */
export interface RunRecord {
  readonly version: 1;
  readonly task: TaskName;
  readonly settings: RunSettings;
  /** Sparsity to end at, in [0, 1). */
  readonly target: number;
  readonly device: Device;
  readonly position: number;
  readonly history: History;
  /** Just before the first weight was dropped, and after the last step. */
  readonly before: Measurement | null;
  readonly after: Measurement | null;
  /** Model, optimizer and masks. */
  readonly artifacts: tf.io.ModelArtifacts;
  readonly savedAt: number;
}

/** Whether something read from storage is a record of this version, as far as can be told from outside. */
export function isRunRecord(value: unknown): value is RunRecord {
  const record = value as Partial<RunRecord> | null | undefined;
  return (
    record?.version === 1 &&
    (record.task === 'digits' || record.task === 'forecast') &&
    Number.isInteger(record.position) &&
    record.history?.losses.length === record.position &&
    typeof record.artifacts === 'object'
  );
}
