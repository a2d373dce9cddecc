import { RAMP } from './base.js';
import { prunedArm } from './pruned.js';

/** Other curves to the same end. */
export const zhuGupta = prunedArm({
  name: 'zhu-gupta',
  title: 'Zhu–Gupta curve',
  explanation:
    'As synaptic pruning, along the curve of Zhu and Gupta 2017: fast first and slow last, from the same 0.3 to the same final sparsity at the same epochs.',
  change: (ramp) => ({ schedule: { ...ramp, kind: 'polynomialDecay' } }),
});

export const zeroToTarget = prunedArm({
  name: 'zero-to-target',
  title: 'From zero',
  explanation: 'As synaptic pruning, from 0 instead of a jump to 0.3.',
  change: (ramp) => ({ schedule: { ...ramp, from: 0 } }),
});

export const oneShot = prunedArm({
  name: 'one-shot',
  title: 'One-shot pruning',
  explanation:
    'The same final sparsity all at once, at epoch 10, when the ramps of the other arms have ended; trained on from there.',
  // The published ramps end after the run.
  change: ({ to }) => ({ schedule: { kind: 'oneShot', to, at: RAMP.end } }),
});
