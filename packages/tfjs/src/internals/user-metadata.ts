import type { LayersModel } from '@tensorflow/tfjs-layers';

/**
 * Sets or removes a model's user-defined metadata.
 *
 * Written for tfjs-layers 4.22.0, whose setter takes metadata and cannot remove any: without this a model that was
 * saved with its pruning would carry it into the next plain `model.save`.
 */
export function putMetadata(model: LayersModel, metadata: object | undefined): void {
  (model as unknown as { userDefinedMetadata: object | undefined }).userDefinedMetadata = metadata;
}
