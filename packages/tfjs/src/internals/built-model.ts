import type { LayersModel } from '@tensorflow/tfjs-layers';

/** `private model` of a Sequential. */
interface Outer {
  readonly model?: LayersModel | null;
}

/**
 * The model that a model predicts by: a Sequential keeps one inside.
 *
 * Written for tfjs-layers 4.22.0, where a layer that is added to a Sequential has no part in its predictions before it is
 * built anew, as by `compile`. Where the field is missing, a model predicts by what it says it is made of.
 */
export function builtModel(model: LayersModel): LayersModel {
  return (model as unknown as Outer).model ?? model;
}
