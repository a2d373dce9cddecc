import { batchShapes } from '../batch/batch-shapes.js';
import { commonLowerings } from '../lower/common.js';
import { laterLowerings } from '../lower/later.js';
import type { StepParts } from './build-step.js';

/** Everything that steps are built of, with what few models and options need. A page loads it when one does. */
export const allParts: Required<StepParts> = {
  lowerings: { ...commonLowerings, ...laterLowerings },
  batchShapes,
};
