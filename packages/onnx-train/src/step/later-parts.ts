import { embedExternalData } from '@synaprune/onnx';
import { batchShapes } from '../batch/batch-shapes.js';
import { inlineModel } from '../inline/inline-model.js';
import { updateKernels } from '../kernels/update-kernels.js';
import { commonLowerings } from '../lower/common.js';
import { laterLowerings } from '../lower/later.js';
import { recomputeActivations } from '../recompute/recompute.js';
import type { StepParts } from './step-parts.js';

/** Everything that steps are built of, with what few models and options need. A page loads it when one does. */
export const allParts: Required<StepParts> = {
  lowerings: { ...commonLowerings, ...laterLowerings },
  batchShapes,
  embedExternalData,
  inlineModel,
  recomputeActivations,
  updateKernels,
};
