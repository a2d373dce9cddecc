import type { Device } from '../device/devices';
import { DeviceLost, type LossWatch, watchLoss } from '../device/watch-loss';
import { RECORD_VERSION, type RunRecord } from '../keeping/record';
import { copyHistory, emptyHistory } from '../moments/history';
import { layerWeights, type RunWeights } from '../moments/layer-weights';
import { pruneOn } from '../moments/prune-on';
import { pruningBackend } from '../pruning-backend';
import type { Task, TaskData, TaskName } from '../tasks/task';
import { openRun, type Run, type RunSettings } from '../training/run';
import type { Progress } from './train';

/** A run that is open on a device. */
export interface Live extends Progress {
  readonly watch: LossWatch;
  /** Opens another run of the same task, settings and device. */
  reopen(saved: RunRecord['artifacts'], target: () => number): Promise<Run>;
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
  const backend = await pruningBackend(device);
  const reopen: Live['reopen'] = (saved, target) => openRun({ ...parts, target, backend, saved });
  const run =
    record === null ? await openRun({ ...parts, backend }) : await reopen(record.artifacts, parts.target);
  return {
    run,
    reopen,
    twin: record?.twin == null ? null : await reopen(record.twin, () => 0),
    settings: parts.settings,
    history: record === null ? emptyHistory() : copyHistory(record.history),
    before: record?.before ?? null,
    after: record?.after ?? null,
    dense: record?.dense ?? null,
    moments: [...(record?.moments ?? [])],
    watch: watchLoss(),
  };
}

/** What there is to show before anything has begun. */
export const NOTHING_YET: Omit<Progress, 'run' | 'twin' | 'settings'> = {
  history: emptyHistory(),
  before: null,
  after: null,
  dense: null,
  moments: [],
};

/** The weights of a run and its twin, as they are now. */
export async function weightsOf({ run, twin }: Live): Promise<RunWeights> {
  const pruned = layerWeights(await run.save({ optimizer: false }));
  return { pruned, dense: twin === null ? pruned : layerWeights(await twin.save({ optimizer: false })) };
}

/** Prunes a finished run on to 99 %, in a copy: the run itself stays as it is. */
export async function pruneLiveOn(
  { run, reopen, settings, after, moments, watch }: Live,
  around: { readonly breathe: () => Promise<void>; readonly told: () => void },
): Promise<void> {
  const saved = await run.save({ optimizer: true });
  const work = pruneOn(
    { settings, sparsity: after!.sparsity, moments },
    (target) => reopen(saved, target),
    around,
  );
  work.catch(() => {});
  await Promise.race([work, watch.lost]);
}

/** Gives back what a run holds. */
export function closeLive({ watch, run, twin }: Live): void {
  watch.release();
  try {
    run.dispose();
    twin?.dispose();
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
  { run, twin, watch, settings, history, before, after, dense, moments }: Live,
  rest: { readonly task: TaskName; readonly target: number; readonly device: Device },
): Promise<RunRecord> {
  const artifacts = await run.save({ optimizer: true });
  const twinArtifacts = (await twin?.save({ optimizer: true })) ?? null;
  const masks = await run.masks();
  // A lost WebGL context reads as zeros and says nothing.
  if (watch.isLost()) throw new DeviceLost('the graphics device has gone');
  return {
    version: RECORD_VERSION,
    ...rest,
    settings,
    position: run.position(),
    history: copyHistory(history),
    before,
    after,
    dense,
    moments: [...moments],
    artifacts,
    twin: twinArtifacts,
    masks,
    savedAt: Date.now(),
  };
}
