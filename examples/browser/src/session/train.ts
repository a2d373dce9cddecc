import type { NamedMask, Notice } from '@synaprune/core';
import { recipeOf } from '../training/recipe';
import type { Run, RunSettings } from '../training/run';
import type { History } from './history';
import { type Measurement, measure } from './measure';

/** A run, and what has been noted of it. */
export interface Progress {
  readonly run: Run;
  readonly settings: RunSettings;
  readonly history: History;
  before: Measurement | null;
  after: Measurement | null;
}

/** Whom to tell, and whom to ask. */
export interface Surroundings {
  /** Asked between steps. */
  readonly pausing: () => boolean;
  /** Lets the page answer; called about forty times a second. */
  readonly breathe: () => Promise<void>;
  /** Keeps what there is; called between steps, every few seconds. */
  readonly save: () => Promise<void>;
  readonly onMasks: (masks: readonly NamedMask[]) => void;
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
  const { pausing, breathe, save, onMasks, onNotices, onProgress } = surroundings;
  const { now = () => performance.now() } = surroundings;
  // When pruning begins does not depend on where it leads.
  const { start } = recipeOf(settings.steps, 0).schedule;
  const testEvery = Math.max(FEWEST_STEPS_BETWEEN_TESTS, Math.round(settings.steps / TESTS));
  let [breathed, saved] = [now(), now()];
  while (run.position() < settings.steps) {
    if (pausing()) return 'paused';
    const step = run.position();
    if (step === start && progress.before === null) progress.before = await measure(run);
    const { loss, sparsity, notices } = await run.step();
    if (!Number.isFinite(loss)) {
      throw new Error(`The loss is no number any more (${loss}) at step ${step + 1}.`);
    }
    history.losses.push(loss);
    if (sparsity !== null) {
      history.sparsity.push([step, sparsity]);
      onMasks(await run.masks());
    }
    if (notices.length > 0) onNotices(notices);
    if ((step + 1) % testEvery === 0) history.scores.push([step + 1, await run.evaluate()]);
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
    onMasks(await run.masks());
    progress.after = await measure(run);
  }
  onProgress();
  return 'finished';
}
