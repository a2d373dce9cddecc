import { prunedArm } from './pruned.js';

/** What the title of the paper promises, and its program does not have. */
export const activity = prunedArm({
  name: 'activity',
  title: 'Activity-dependent pruning',
  explanation:
    'As synaptic pruning, but first goes what little passes through: weights are ranked by their magnitude times a moving average of the magnitude of what comes in at them.',
  change: () => ({ score: { kind: 'activity', decay: 0.99 } }),
});
