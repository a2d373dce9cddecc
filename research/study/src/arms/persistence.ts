import type { Arm } from '../arm.js';

/** The forecast that every model has to beat. */
export const persistence: Arm = {
  name: 'persistence',
  title: 'Last value',
  explanation: 'The last value seen is the forecast. Nothing is trained.',
  evaluation: 'off',
  candidates: () => [],
};
