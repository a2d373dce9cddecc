import type { NamedMask, Notice } from '@synaprune/core';
import type { History } from '../moments/history';
import { type Measurement, measure } from '../moments/measure';
import { addMoment, type Moment, takeMoment } from '../moments/moment';
import { recipeOf } from '../training/recipe';
import type { Run, RunSettings } from '../training/run';

/** A run, and what has been noted of it. */
export interface Progress {
  readonly run: Run;
  /**
   * The same network on the same batches, with every weight kept. Until the first weight is dropped the two are one; it
   * leaves the run there, as a copy.
   */
  twin: Run | null;
  readonly settings: RunSettings;
  readonly history: History;
  before: Measurement | null;
  after: Measurement | null;
  /** The twin, after as many steps. */
  dense: Measurement | null;
  /** What the model was at each test. */
  readonly moments: Moment[];
}

/** Whom to tell, and whom to ask. */
export interface Surroundings {
  /** Opens the twin: a run that goes on as the given one, and drops nothing. */
  readonly branch: (run: Run) => Promise<Run>;
  /** Asked between steps. */
  readonly pausing: () => boolean;
  /** Lets the page answer; called about forty times a second. */
  readonly breathe: () => Promise<void>;
  /** Keeps what there is; called between steps, every few seconds. */
  readonly save: () => Promise<void>;
  readonly onMasks: (masks: readonly NamedMask[]) => void | Promise<void>;
  /** What did not come to hold; may say the same again. */
  readonly onNotices: (notices: readonly Notice[]) => void;
  readonly onProgress: () => void;
  readonly now?: () => number;
}

const BREATH_MS = 25;
const SAVE_MS = 5000;
/** Tests of the model in a whole run. */
const TESTS = 30;
const FEWEST_STEPS_BETWEEN_TESTS = 5;

/**
 * Takes steps until the run is finished or paused. What it notes depends on the steps alone, never on when it
 * was paused or saved.
 *
 * @throws Error when the loss is no number any more
 */
export async function train(progress: Progress, surroundings: Surroundings): Promise<'paused' | 'finished'> {
  const { run, settings, history } = progress;
  const { branch, pausing, breathe, save, onMasks, onNotices, onProgress } = surroundings;
  const { now = () => performance.now() } = surroundings;
  // When pruning begins does not depend on where it leads.
  const { start } = recipeOf(settings.steps, 0).schedule;
  const testEvery = Math.max(FEWEST_STEPS_BETWEEN_TESTS, Math.round(settings.steps / TESTS));
  let [breathed, saved] = [now(), now()];
  while (run.position() < settings.steps) {
    if (pausing()) return 'paused';
    const step = run.position();
    if (step === start && progress.before === null) {
      progress.before = await measure(run, { testInt8: false });
    }
    if (step === start && progress.twin === null) progress.twin = await branch(run);
    const { loss, sparsity, notices } = await run.step();
    await progress.twin?.step();
    if (!Number.isFinite(loss)) {
      throw new Error(`The loss is no number any more (${loss}) at step ${step + 1}.`);
    }
    history.losses.push(loss);
    if (sparsity !== null) {
      history.sparsity.push([step, sparsity]);
      await onMasks(await run.masks());
    }
    if (notices.length > 0) onNotices(notices);
    // The last step's test comes when its last weights are dropped.
    if ((step + 1) % testEvery === 0 && step + 1 < settings.steps) await test(progress);
    if (now() - breathed >= BREATH_MS) {
      onProgress();
      await breathe();
      breathed = now();
    }
    if (now() - saved >= SAVE_MS) {
      await save();
      saved = now();
    }
  }
  if (progress.after === null) {
    const { sparsity, notices } = await run.finish();
    history.sparsity.push([settings.steps, sparsity]);
    if (notices.length > 0) onNotices(notices);
    await onMasks(await run.masks());
    const after = await measure(run, { testInt8: true });
    progress.dense = progress.twin === null ? after : await measure(progress.twin, { testInt8: false });
    history.scores.push([settings.steps, after.score]);
    history.denseScores.push([settings.steps, progress.dense.score]);
    addMoment(progress.moments, await takeMoment(run, after));
    progress.after = after;
  }
  onProgress();
  return 'finished';
}

async function test({ run, twin, history, moments }: Progress): Promise<void> {
  const step = run.position();
  const score = await run.evaluate();
  history.scores.push([step, score]);
  if (twin !== null) history.denseScores.push([step, await twin.evaluate()]);
  const sparsity = history.sparsity.at(-1)?.[1] ?? 0;
  addMoment(moments, await takeMoment(run, { score, sparsity }));
}
