import { type Recipe, readRecipe } from '@synaprune/core';
import { nameText } from '@synaprune/examples-kit/terminal/terminal';
import type { RunSpec } from './run.js';
import { createRunProgress, type Progress } from './run-progress.js';
import { keyOf } from './store/key.js';
import { likenessOf } from './time-left.js';

/** The learning rate that needs no mention. */
const USUAL_RATE = 1e-3;

/** Shows how far a study is. */
export function createProgress(stream: NodeJS.WriteStream, quiet: boolean): Progress {
  return createRunProgress(stream, quiet, { keyOf, nameOf, likenessOf });
}

/** What a run is called on a line. */
export function nameOf({ model, series, length, training, seed }: RunSpec): string {
  const { learningRate, pruning, coupled, dropout, weightDecay, narrowed } = training;
  const settings = [
    pruning === null ? '' : pruningName(pruning.recipe),
    dropout > 0 ? `${coupled ? 'coupled ' : ''}dropout ${dropout}` : '',
    weightDecay > 0 ? `L2 ${weightDecay}` : '',
    narrowed > 0 ? `narrowed ${narrowed}` : '',
    learningRate !== USUAL_RATE ? `learning rate ${learningRate}` : '',
  ].filter((text) => text !== '');
  const name = nameText(series.source.split('/').at(-1)!, 60);
  return `${model} on ${name}, length ${length}, ${settings.join(', ') || 'plain'}, seed ${seed}`;
}

function pruningName({ schedule, score }: Recipe): string {
  const { to } = readRecipe({ schedule }).schedule;
  const by = score === undefined || score.kind === 'magnitude' ? '' : `${score.kind} `;
  return `${by}${schedule.kind}${to === undefined ? '' : ` to ${to}`}`;
}
