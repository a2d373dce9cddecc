import type { LayersModel } from '@tensorflow/tfjs-layers';

/** `protected isOptimizerOwned` of a layers model; a Sequential has it on the model that it keeps inside too. */
interface Owner {
  isOptimizerOwned?: boolean;
  readonly model?: Owner | null;
}

/**
 * Lets a model dispose of its optimizer with itself, as it does of one that it made by a name.
 *
 * Written for tfjs-layers 4.22.0. Where the field is another, the optimizer outlives the model, as those do that a user
 * made.
 */
export function ownOptimizer(model: LayersModel): void {
  const owner = model as unknown as Owner;
  owner.isOptimizerOwned = true;
}
