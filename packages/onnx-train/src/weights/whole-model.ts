import { PruneError } from '@synaprune/core';
import { quote } from '@synaprune/core/checks';
import {
  type ExternalData,
  embedExternalData,
  type TensorProto,
  TensorProto_DataLocation,
} from '@synaprune/onnx';

/**
 * A model with all its weights in it, as a training step is built from: the bytes themselves where none lie elsewhere.
 *
 * @throws TypeError | PruneError as `embedExternalData`
 */
export function wholeModel(model: Uint8Array, externalData: ExternalData | undefined): Uint8Array {
  return externalData === undefined ? model : embedExternalData(model, externalData);
}

/** @throws PruneError `external-data` when a tensor lies in another file */
export function requireEmbedded(tensors: Iterable<TensorProto>): void {
  for (const { name, dataLocation, externalData } of tensors) {
    if (dataLocation !== TensorProto_DataLocation.EXTERNAL && externalData.length === 0) continue;
    const location = externalData.find(({ key }) => key === 'location')?.value ?? '';
    throw new PruneError(
      'external-data',
      `tensor ${quote(name)} has its data in ${quote(location)}, which a model given as bytes cannot reach; ` +
        `give the bytes of the file as well, externalData: { ${quote(location)}: bytes }`,
    );
  }
}
