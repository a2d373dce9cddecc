import type { Arm, Candidate } from '../arm.js';
import type { TrainingSpec } from '../run.js';
import { PUBLISHED_DROPOUT, plain, publishedPruning, type RampPruning } from './base.js';

/** Synaptic pruning as the published program does it, oddities included; see `publishedPruning` and rule `published`. */
export const pruningPublished: Arm = {
  name: 'pruning-published',
  title: 'Synaptic pruning as published',
  explanation:
    'The published program: ties survive, one weight fewer is dropped than asked for, the ramp heads for epoch 20, and a run stops when the validation loss has not fallen for three epochs in a row and keeps its last weights, mostly long before the ramp has ended. Under the honest protocol it chooses among the three published ranges.',
  evaluation: 'off',
  candidates: (protocol, model) =>
    (protocol === 'published' ? ([model] as const) : (['rnn', 'lstm', 'patch'] as const)).map((of) =>
      candidate(publishedPruning(of), plain(protocol, model)),
    ),
};

/** What the published program ran for its transformer: pruning that replaces dropout, and dropout all the same. */
export const pruningAndDropout: Arm = {
  name: 'pruning-and-dropout',
  title: 'Synaptic pruning and dropout',
  explanation:
    'Pruning as published with dropout of 0.3 beside it, which is what the published program ran for its transformer.',
  evaluation: 'off',
  candidates: (protocol, model) =>
    pruningPublished.candidates(protocol, model).map(({ label, training }) => ({
      label,
      training: { ...training, dropout: PUBLISHED_DROPOUT },
    })),
};

function candidate(pruning: RampPruning, training: TrainingSpec): Candidate {
  const { from, to, start } = pruning.recipe.schedule;
  return { label: `${from} to ${to} from epoch ${start}`, training: { ...training, pruning } };
}
