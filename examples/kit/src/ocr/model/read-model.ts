import type { Model, ModelName } from './model.js';
import { readOrientationModel } from './orientation-model.js';
import { readTextModel } from './text-model.js';

/** Reads a model by the name of the flag. */
export function readModel(name: ModelName): Model {
  return name === 'cls' ? readOrientationModel() : readTextModel();
}
