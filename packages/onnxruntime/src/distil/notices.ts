import type { Notice } from '@synaprune/core';
import type { DistilCheck } from './options.js';
import type { Ramp } from './ramp.js';
import type { Watch } from './watch.js';

const percent = (share: number) => `${(100 * share).toFixed(1)} %`;

/** What did not come to hold in a run. */
export function runNotices(
  watch: Watch,
  ramp: Ramp,
  { mark, first, best }: { readonly mark: number; readonly first: DistilCheck; readonly best: DistilCheck },
): Notice[] {
  const notices: Notice[] = [];
  if (watch.setbacks > 0) {
    const end = watch.hopeless ? ', and then the run was given up: give a smaller learningRate' : '';
    notices.push({
      code: 'diverged',
      message:
        `the loss was lost ${watch.setbacks} times (not finite, or far above what it had been): each time the run was ` +
        `set back to where it had been good, and went on at half the learning rate${end}`,
    });
  }
  if (ramp.hurried > 0) {
    notices.push({
      code: 'ramp-hurried',
      message:
        `the loss stayed above its mark (${percent(mark)} unexplained) and the ramp of pruning went on ${ramp.hurried} ` +
        'times all the same, so that the run could end at the sparsity that was asked for: give more steps or inputs, ' +
        'or a smaller sparsity',
    });
  }
  if (best.step === 0 && first.step === 0 && best.sparsity === first.sparsity) {
    notices.push({
      code: 'not-improved',
      message: `no step made the model answer better than before (${percent(first.unexplained)} unexplained): it is as it was`,
    });
  }
  return notices;
}
