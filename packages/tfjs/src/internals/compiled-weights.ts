import type { LayersModel, LayerVariable } from '@tensorflow/tfjs-layers';

/** `private collectedTrainableWeights` of a layers model. */
interface Compiled {
  readonly collectedTrainableWeights?: readonly LayerVariable[];
  /** A Sequential trains by a model that it keeps inside, made anew at every compile. */
  readonly model?: Compiled | null;
}

/**
 * The weights that were trainable when a model was compiled: those that its steps move, as far as they still are
 * trainable; `undefined` before it is compiled.
 *
 * Written for tfjs-layers 4.22.0. The public `trainableWeights` says what would be collected now, and what is
 * frozen or unfrozen after compiling is then told wrongly. Where the field is missing, every model counts as not
 * compiled yet.
 */
export function compiledWeights(model: LayersModel): readonly LayerVariable[] | undefined {
  const { collectedTrainableWeights, model: inner } = model as unknown as Compiled;
  return inner?.collectedTrainableWeights ?? collectedTrainableWeights;
}
