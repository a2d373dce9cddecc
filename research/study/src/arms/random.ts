import { prunedArm } from './pruned.js';

/** The control that any way to rank weights has to beat. */
export const random = prunedArm({
  name: 'random',
  title: 'Random masks',
  explanation:
    'As synaptic pruning, but which weights go is drawn by lot: the same schedule and sparsity, whatever the weights are worth.',
  change: () => ({ score: { kind: 'random', seed: 0 } }),
});
