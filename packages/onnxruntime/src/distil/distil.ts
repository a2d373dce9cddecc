import { PruneError } from '@synaprune/core';
import type { Snapshot } from '../trainer/inside.js';
import { openLessonSamples } from './lesson-samples.js';
import { createLessons } from './lessons.js';
import { lossScale } from './loss-scale.js';
import { openMasks } from './masks.js';
import { createYardstick, type Standing, type Yardstick } from './measure.js';
import { runNotices } from './notices.js';
import {
  type CheckedDistil,
  type DistilCheck,
  type DistilOptions,
  type DistilResult,
  requireDistilOptions,
} from './options.js';
import { rateAt } from './pace.js';
import { createRamp } from './ramp.js';
import { openTeacher } from './teacher.js';
import { createWatch } from './watch.js';

/** Measurements of a run, and updates of the masks in it at most. */
const [CHECKS, UPDATES] = [20, 60];

/** Measurements without a better one after which a run ends. */
const PATIENCE = 7;

/** By how much a state is better than another at the least; less is rounding. */
const LEAST_GAIN = 1e-4;

/**
 * Trains a model to answer as another one does, the dense one, and prunes it on the way if a sparsity is asked for.
 * No labels: the teacher's outputs are the targets. Made to be safe without being watched:
 *
 * - the ramp of pruning waits while the loss is above its mark, and is over early enough to repair what it broke;
 * - the best state, on held-back samples and at the full sparsity, is what the trainer has in the end;
 * - where the loss is lost (not finite, or far above what it was) the run is set back and goes on at half the rate;
 * - it ends early only at the full sparsity, when nothing has become better for long;
 * - what is zero in the kernels stays zero, so that a pruned model stays pruned; a shrunken one has nothing to prune.
 *
 * The masks stay in force afterwards: `trainer.export()` gives the model.
 *
 * @throws TypeError | RangeError when an option or sample is wrong; the reason of `signal` when that aborts
 * @throws PruneError `teacher-mismatch` when teacher and model have different outputs; as `trainer.prune` and
 *   `trainer.step`
 *
 * @example From a dense model to a pruned one
 * ```ts no-run
 * import { createTrainer, distil, distillationOptions } from '@synaprune/onnxruntime';
 *
 * declare const model: Uint8Array;
 * declare const inputs: { x: Float32Array }[];
 * process.env.ORT_DISABLE_TELEMETRY = '1';
 * const ort = await import('onnxruntime-node');
 * const trainer = await createTrainer({ ort, model, ...distillationOptions(model) });
 * const { best, notices } = await distil({ trainer, inputs, sparsity: 0.5 });
 * console.log(best.agreement, notices);
 * const pruned = await trainer.export();
 * ```
 */
export async function distil(options: DistilOptions): Promise<DistilResult> {
  const checked = requireDistilOptions(options);
  const { trainer, inside, batch, seed } = checked;
  const scale = lossScale(inside.loss);
  const { training, heldBack, notices, joins } = await openLessonSamples(checked);
  const names = inside.targets.map(({ modelName }) => modelName);
  const teacher = await openTeacher(checked.teacher, inside, names);
  try {
    const common = { ort: inside.ort, teacher, batch, joins, seed };
    const lessons = createLessons({ ...common, samples: training });
    const measured = createLessons({ ...common, samples: heldBack });
    const yardstick = await createYardstick(
      checked,
      scale,
      { lessons: measured, count: heldBack.length },
      { lessons, count: training.length },
    );
    const result = await train(checked, yardstick, lessons.next, trainer);
    return { ...result, notices: [...notices, ...result.notices] };
  } finally {
    await teacher.release();
  }
}

/** The state at a measurement. */
interface Kept {
  readonly check: DistilCheck;
  readonly standing: Standing;
  readonly snapshot: Snapshot;
}

async function train(
  checked: CheckedDistil,
  yardstick: Yardstick,
  nextLesson: ReturnType<typeof createLessons>['next'],
  trainer: DistilOptions['trainer'],
): Promise<DistilResult> {
  const { inside, mark, learningRate, signal, onProgress, metric } = checked;
  const masks = await openMasks(trainer, checked);
  const ramp = createRamp({ from: masks?.from ?? 0, to: masks?.to ?? 0, mark });
  const watch = createWatch();
  const losses: number[] = [];
  const checks: DistilCheck[] = [];
  let sparsity = masks?.from ?? 0;
  let floors = 0;
  /** Best at the full sparsity, and the last good state of any. */
  let best: Kept | undefined;
  let good: Kept | undefined;
  let sinceBest = 0;

  const score = ({ unexplained, agreement }: DistilCheck) =>
    metric === undefined ? -unexplained : agreement;
  const check = async (): Promise<void> => {
    const standing = await yardstick.measure();
    const { unexplained, agreement } = standing;
    const now = { step: losses.length, sparsity, unexplained, agreement: agreement.total };
    checks.push(now);
    if (unexplained === Number.POSITIVE_INFINITY) return;
    const kept = { check: now, standing, snapshot: await inside.snapshot() };
    good = kept;
    watch.good();
    if (!ramp.done) return;
    sinceBest += 1;
    if (best !== undefined && score(now) < score(best.check) + LEAST_GAIN) return;
    best = kept;
    sinceBest = 0;
  };
  const update = async (target: number): Promise<void> => {
    if (masks !== undefined && target > sparsity) sparsity = await masks.bringTo(target);
  };
  const setBack = async (): Promise<void> => {
    watch.setBack();
    if (good !== undefined) await inside.revert(good.snapshot);
  };

  const clock = createClock(checked);
  const dueChecks = createDivider(CHECKS);
  const dueUpdates = createDivider(UPDATES);
  await check();
  if (good === undefined) throw notFinite();
  try {
    for (;;) {
      signal?.throwIfAborted();
      const progress = clock(losses.length);
      if (progress >= 1 || watch.hopeless || (ramp.done && sinceBest >= PATIENCE)) break;
      if (dueChecks(progress)) await check();
      if (!ramp.done && dueUpdates(progress)) {
        await update(ramp.next(progress, watch.unexplained));
        if (ramp.done) await check();
      }
      const lesson = await nextLesson();
      const targets = yardstick.targetsOf(lesson);
      const floor = yardstick.floor(targets);
      const rate = learningRate * rateAt(progress) * watch.caution;
      const { loss } = await trainer.step({ inputs: lesson.inputs, targets, learningRate: rate });
      losses.push(loss);
      floors += floor;
      if (watch.see((loss - floor) / yardstick.range)) await setBack();
      onProgress?.({
        step: losses.length,
        progress: clock(losses.length),
        loss,
        unexplained: watch.unexplained,
        sparsity,
        agreement: checks.at(-1)!.agreement,
      });
    }
    if (!ramp.done) {
      ramp.next(1, undefined);
      await update(masks!.to);
    }
    if (checks.at(-1)!.step < losses.length || best === undefined) await check();
  } finally {
    await inside.revert((best ?? good).snapshot);
  }
  if (best === undefined) {
    // No state at the full sparsity gave numbers: the last one that did, under the masks of now.
    best = good;
    await check();
  }
  const { standing, check: found } = best;
  return {
    steps: losses.length,
    losses,
    floor: losses.length === 0 ? 0 : floors / losses.length,
    sparsity,
    checks,
    best: found,
    agreement: standing.agreement,
    stoppedEarly: ramp.done && sinceBest >= PATIENCE,
    notices: [
      ...runNotices(watch, ramp, { mark, first: checks[0]!, best: found }),
      ...((await masks?.notices()) ?? []),
    ],
  };
}

function notFinite(): PruneError {
  return new PruneError(
    'not-finite',
    'distil needs a model and a teacher whose answers to the held-back samples are finite, got NaN before the first step',
  );
}

/** The part of a run that is over after so many steps, by their count or by the clock. */
function createClock({ steps, seconds }: CheckedDistil): (taken: number) => number {
  const began = performance.now();
  return (taken) => Math.min(1, Math.max(taken / steps, (performance.now() - began) / 1000 / seconds));
}

/** Whether another of so many parts of a run has begun; the first has not. */
function createDivider(parts: number): (progress: number) => boolean {
  let last = 0;
  return (progress) => {
    const part = Math.floor(progress * parts);
    const isNew = part > last;
    last = part;
    return isNew;
  };
}
