import { prunedArm } from './pruned.js';

/** Synaptic pruning, done right. */
export const pruning = prunedArm({
  name: 'pruning',
  title: 'Synaptic pruning',
  explanation:
    'The smallest weights of the whole model are dropped for good while it trains, 0.3 of them at epoch 2 and then more and more until 0.5, 0.7 or 0.9 are gone at epoch 10; exactly that many. Only epochs at the final sparsity count.',
});
