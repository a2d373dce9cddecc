import type { ScoreName } from '../run.js';
import type { Arm } from './arm.js';
import { cubic, masks } from './gradual.js';

/** The ramp of Zhu and Gupta with another score than the magnitude. */
function onRamp(name: ScoreName, explanation: string): Arm {
  return {
    name,
    title: name,
    explanation: `The ramp of Zhu and Gupta; what goes first is ${explanation}.`,
    simple: false,
    treatment: (steps, to) => masks(steps, cubic(steps, to), { score: name }),
  };
}

export const activity: Arm = onRamp(
  'activity',
  'what little passes through: the weight times a moving average of the size of its input',
);

export const movement: Arm = onRamp(
  'movement',
  'what training has moved towards zero: the sum of minus weight times gradient over all steps (Sanh et al. 2020)',
);

export const saliency: Arm = onRamp(
  'saliency',
  'what the loss of the last batch hangs on least: weight times gradient, without the sign',
);

export const snip: Arm = {
  name: 'snip',
  title: 'SNIP',
  explanation:
    'All at once before anything is trained: what goes is what the loss hangs on least, by weight times gradient summed over some batches at a learning rate of 0 (Lee et al. 2019). They count among the steps.',
  simple: false,
  treatment: (steps, to) => {
    const looks = Math.max(1, Math.round(steps / 250));
    return masks(steps, { kind: 'oneShot', to, at: looks }, { score: 'snip', looks, every: looks });
  },
};
