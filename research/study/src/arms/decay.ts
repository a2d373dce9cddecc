import type { Arm } from '../arm.js';
import { plain } from './base.js';

/** Weight decay, the classic. */
export const decay: Arm = {
  name: 'l2',
  title: 'L2',
  explanation:
    'A multiple of every weight is added to its gradient: 0.00001, 0.0001 or 0.001 (0.0001 under the published protocol, which has no such arm).',
  evaluation: 'off',
  candidates: (protocol, model) =>
    (protocol === 'published' ? [1e-4] : [1e-5, 1e-4, 1e-3]).map((weightDecay) => ({
      label: `decay ${weightDecay}`,
      training: { ...plain(protocol, model), weightDecay },
    })),
};
