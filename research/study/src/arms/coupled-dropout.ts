import type { Arm } from '../arm.js';
import { PUBLISHED_DROPOUT } from './base.js';
import { pruning } from './pruning.js';

/** For those who want both: what pruning takes over, dropout gives up. */
export const coupledDropout: Arm = {
  name: 'coupled-dropout',
  title: 'Pruning with coupled dropout',
  explanation:
    'Synaptic pruning with dropout beside it, whose rate falls as sparsity rises: 0.3 times the square root of the share of weights that is left, as Han et al. 2015 have it.',
  evaluation: 'off',
  candidates: (protocol, model) =>
    pruning.candidates(protocol, model).map(({ label, training }) => ({
      label,
      training: { ...training, dropout: PUBLISHED_DROPOUT, coupled: true },
    })),
};
