import type { Device } from '../device/devices';
import { DeviceLost, type LossWatch, watchLoss } from '../device/watch-loss';
import { pruningBackend } from '../pruning-backend';
import type { Task, TaskData, TaskName } from '../tasks/task';
import { openRun, type RunSettings } from '../training/run';
import { copyHistory, emptyHistory } from './history';
import type { RunRecord } from './record';
import type { Progress } from './train';

/** A run that is open on a device. */
export interface Live extends Progress {
  readonly watch: LossWatch;
}

/** What a live run is opened with. */
export interface LiveParts {
  readonly task: Task;
  readonly data: TaskData;
  readonly settings: RunSettings;
  /** The sparsity to end at; asked before every update. */
  readonly target: () => number;
  readonly device: Device;
  /** A run to go on with; `null` begins one. */
  readonly record: RunRecord | null;
}

/** Opens a run on the device that is in use. */
export async function openLive({ device, record, ...parts }: LiveParts): Promise<Live> {
  const run = await openRun({
    ...parts,
    backend: await pruningBackend(device),
    ...(record === null ? {} : { saved: record.artifacts }),
  });
  return {
    run,
    settings: parts.settings,
    history: record === null ? emptyHistory() : copyHistory(record.history),
    before: record?.before ?? null,
    after: record?.after ?? null,
    watch: watchLoss(),
  };
}

/** Gives back what a run holds. */
export function closeLive({ watch, run }: Live): void {
  watch.release();
  try {
    run.dispose();
  } catch {
    // The tensors of a lost device cannot be given back; they went with it.
  }
}

/**
 * A run as it is kept.
 *
 * @throws DeviceLost when the device went while it was read
 */
export async function recordOf(
  { run, watch, settings, history, before, after }: Live,
  rest: { readonly task: TaskName; readonly target: number; readonly device: Device },
): Promise<RunRecord> {
  const artifacts = await run.save({ optimizer: true });
  const masks = await run.masks();
  // A lost WebGL context reads as zeros and says nothing.
  if (watch.isLost()) throw new DeviceLost('the graphics device has gone');
  return {
    version: 3,
    ...rest,
    settings,
    position: run.position(),
    history: copyHistory(history),
    before,
    after,
    artifacts,
    masks,
    savedAt: Date.now(),
  };
}
