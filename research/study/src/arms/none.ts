import type { Arm } from '../arm.js';
import { plain } from './base.js';

/** The model as it is. */
export const none: Arm = {
  name: 'none',
  title: 'None',
  explanation:
    'No regularisation but early stopping. Its budget goes into the learning rate: half, once or twice the rate at which every other arm trains.',
  evaluation: 'off',
  candidates: (protocol, model) => {
    const { learningRate, ...rest } = plain(protocol, model);
    const rates = protocol === 'published' ? [1] : [0.5, 1, 2];
    return rates.map((times) => ({
      label: `rate ${times * learningRate}`,
      training: { ...rest, learningRate: times * learningRate },
    }));
  },
};
