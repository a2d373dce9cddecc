import type { Arm } from '../arm.js';
import { PLAIN } from './base.js';

/** The model as it is. */
export const none: Arm = {
  name: 'none',
  title: 'None',
  explanation:
    'No regularisation but early stopping. Its budget goes into the learning rate: 0.0003, 0.001 or 0.003; every other arm trains at 0.001.',
  evaluation: 'off',
  candidates: (protocol) =>
    (protocol === 'published' ? [1e-3] : [3e-4, 1e-3, 3e-3]).map((learningRate) => ({
      label: `rate ${learningRate}`,
      training: { ...PLAIN, learningRate },
    })),
};
