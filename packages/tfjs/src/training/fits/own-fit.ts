import { quote } from '@synaprune/core/checks';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { isFitting } from '../../internals/running-fit.js';

/**
 * For callbacks, which tfjs does not tell whose fit they are in; but the model that is in a fit says so.
 *
 * @throws TypeError when the model is in no fit, so that the fit is another model's
 */
export function requireOwnFit(model: LayersModel): void {
  if (isFitting(model)) return;
  throw new TypeError(
    `pruning.callback belongs into a fit of the model that was pruned, ${quote(model.name)}; got the fit of another`,
  );
}
