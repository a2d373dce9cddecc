import type { Arm } from '../arm.js';
import { plain, publishedPruning, TARGETS } from './base.js';

/** A dense model that never had the weights that pruning drops. */
export const narrow: Arm = {
  name: 'narrow',
  title: 'Narrow dense model',
  explanation:
    'No pruning, but a narrower model with about as many weights as pruning leaves: 0.5, 0.3 or 0.1 of the full one.',
  evaluation: 'off',
  candidates: (protocol, model) =>
    (protocol === 'published' ? [publishedPruning(model).recipe.schedule.to] : TARGETS).map((narrowed) => ({
      label: `less ${narrowed}`,
      training: { ...plain(protocol, model), narrowed },
    })),
};
