import type { embedExternalData } from '@synaprune/onnx';
import type { batchShapes } from '../batch/batch-shapes.js';
import { LaterPart } from '../importing/later-operators.js';
import type { inlineModel } from '../inline/inline-model.js';
import type { updateKernels } from '../kernels/update-kernels.js';
import type { Lowerings } from '../lower/lowering.js';
import type { recomputeActivations } from '../recompute/recompute.js';

/** What steps are built of besides: what few models and options need may be missing. */
export interface StepParts {
  readonly lowerings: Lowerings;
  readonly batchShapes?: typeof batchShapes;
  readonly embedExternalData?: typeof embedExternalData;
  readonly inlineModel?: typeof inlineModel;
  readonly recomputeActivations?: typeof recomputeActivations;
  readonly updateKernels?: typeof updateKernels;
}

/** A part that is needed. @throws LaterPart where it is missing */
export function partOf<K extends keyof StepParts>(parts: StepParts, name: K): Required<StepParts>[K] {
  const part: StepParts[K] | undefined = parts[name];
  if (part === undefined) throw new LaterPart(name);
  return part as Required<StepParts>[K];
}
