import type { TrainingStepOptions } from '../options/options.js';
import type { TrainingStep } from '../options/training-step.js';
import { buildStep } from './build-step.js';
import { allParts } from './later-parts.js';

/**
 * Turns a model into a training step: one graph that computes predictions, the loss, its gradients and the
 * optimizer's update. Weights, the optimizer's slots and masks are inputs, new weights and slots are outputs, so
 * any runtime that runs ONNX graphs trains by feeding outputs back in.
 *
 * Masks act three times: the model and the update read `mask > 0 ? w : +0`, and gradients and new slots go through
 * the same choice wherever an update reads them, so what is dropped is exactly +0 after every step with a finite
 * learning rate, whatever the optimizer carried along. With `masks: { zeroed: true }` the caller sees to what comes
 * in, and one choice a weight is enough.
 *
 * Nothing runs here; shapes are inferred. The step is bound to the shapes of its inputs, batch included.
 *
 * @param model the bytes of an .onnx file, untouched; not kept open, but kept for {@link TrainingStep.export}
 * @throws PruneError `unsupported-operator` when something between a trained weight and the loss has no gradient
 *   rule, `bad-model` when the bytes or the shapes make no sense, `no-weights` when there is nothing to train,
 *   `unmatched-selector` when `trainable` or `masked` names what is not there, `unsupported` when `trainable` picks
 *   only what cannot be trained; `external-data` when the model keeps
 *   weights in files that were not given, or `externalData` is not what it says
 * @throws RangeError | TypeError when an option is unknown, or a setting out of range, at any depth
 *
 * @example
 * ```ts no-run
 * import { readFileSync } from 'node:fs';
 * import { buildTrainingStep } from '@synaprune/onnx-train';
 *
 * const step = buildTrainingStep(readFileSync('classifier.onnx'), {
 *   inputs: { image: [32, 1, 28, 28] },
 *   loss: 'crossEntropy',
 *   optimizer: 'adam',
 * });
 * console.log(step.weights.map(({ name, shape }) => `${name} ${shape}`));
 * ```
 */
export function buildTrainingStep(model: Uint8Array, options: TrainingStepOptions): TrainingStep {
  // A copy, as the step keeps it; what is no model is for `buildStep` to say.
  const copies = model instanceof Uint8Array && options?.externalData === undefined;
  return buildStep(copies ? Uint8Array.from(model) : model, options, allParts);
}
