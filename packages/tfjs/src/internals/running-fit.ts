import type { LayersModel } from '@tensorflow/tfjs-layers';

/** `protected isTraining` of a layers model. */
interface Fitting {
  readonly isTraining?: boolean;
  /** A Sequential trains by a model that it keeps inside. */
  readonly model?: { readonly isTraining?: boolean };
}

/**
 * Whether a model is in `fit` or `fitDataset`.
 *
 * Written for tfjs-layers 4.22.0, which does not tell callbacks whose fit they are in. Where the field is missing,
 * every model may be in one.
 */
export function isFitting(model: LayersModel): boolean {
  const { isTraining, model: inner } = model as unknown as Fitting;
  return (inner?.isTraining ?? isTraining) !== false;
}
