import { LaterPart } from '../importing/later-operators.js';
import { commonLowerings } from '../lower/common.js';
import type { ReadingOptions, TrainingStepOptions } from '../options/options.js';
import type { TrainingStep } from '../options/training-step.js';
import { buildStep } from './build-step.js';
import type { ShapesToFind } from './shapes-to-find.js';
import type { StepParts } from './step-parts.js';

/** Builds training steps in a page. Made by {@link createStepBuilder}. */
export interface StepBuilder {
  /**
   * What `buildTrainingStep` gives, operators that few models have loaded first where this one has them.
   *
   * @throws as `buildTrainingStep`
   */
  load(model: Uint8Array, options: TrainingStepOptions): Promise<TrainingStep>;
  /**
   * What is to be run to find the shapes that a step needs beside those of the inputs; undefined where they all follow.
   *
   * @throws as `buildTrainingStep`
   */
  shapesToFind(model: Uint8Array, options: ReadingOptions): Promise<ShapesToFind | undefined>;
  /** What `load` gives, at once, for a model that has been loaded with inputs of these shapes. */
  build(model: Uint8Array, options: TrainingStepOptions): TrainingStep;
}

/**
 * `buildTrainingStep` for pages: recurrent layers, attention, resizing and other operators that few models have are
 * in a chunk of their own, loaded when a model needs it. What is built is the same. Steps keep the bytes of the model
 * rather than a copy of them: nobody writes to these while a step is in use.
 *
 * @example
 * ```ts no-run
 * import { createStepBuilder } from '@synaprune/onnx-train';
 *
 * declare const bytes: Uint8Array; // a model
 * const step = await createStepBuilder().load(bytes, { loss: 'mse', optimizer: 'adam' });
 * ```
 */
export function createStepBuilder(): StepBuilder {
  let parts: StepParts = { lowerings: commonLowerings };
  const build: StepBuilder['build'] = (model, options) => buildStep(model, options, parts);
  return {
    build,
    async shapesToFind(model, options) {
      const found = await import('./shapes-to-find.js');
      return found.shapesToFind(model, options);
    },
    async load(model, options) {
      if (options.kernels === true && parts.updateKernels === undefined) {
        const { updateKernels } = await import('../kernels/update-kernels.js');
        parts = { ...parts, updateKernels };
      }
      try {
        return build(model, options);
      } catch (error) {
        if (!(error instanceof LaterPart)) throw error;
      }
      parts = (await import('./later-parts.js')).allParts;
      return build(model, options);
    },
  };
}
