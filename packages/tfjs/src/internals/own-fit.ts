import { quote } from '@synaprune/core/checks';
import type { LayersModel } from '@tensorflow/tfjs-layers';

/** What tfjs keeps to itself: whether a model is in `fit` or `fitDataset`. */
interface Fitting {
  readonly isTraining?: boolean;
  /** A Sequential trains by a model that it keeps inside. */
  readonly model?: { readonly isTraining?: boolean };
}

/**
 * For callbacks, which tfjs does not tell whose fit they are in; but the model that is in a fit says so.
 *
 * @throws TypeError when the model is in no fit, so that the fit is another model's
 */
export function requireOwnFit(model: LayersModel): void {
  const { isTraining, model: inner } = model as unknown as Fitting;
  if ((inner?.isTraining ?? isTraining) !== false) return;
  throw new TypeError(
    `pruning.callback belongs into a fit of the model that was pruned, ${quote(model.name)}; got the fit of another`,
  );
}
