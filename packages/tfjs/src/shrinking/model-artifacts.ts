import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';

/** What tfjs would save of a model, without its optimizer. Nothing is written anywhere. */
export async function artifactsOf(model: LayersModel): Promise<tf.io.ModelArtifacts> {
  let saved: tf.io.ModelArtifacts | undefined;
  await model.save(
    tf.io.withSaveHandler(async (artifacts) => {
      saved = artifacts;
      return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' } };
    }),
    { includeOptimizer: false },
  );
  // As JSON would, so that nothing of the model itself is handed on.
  const { modelTopology } = saved!;
  return { ...saved!, modelTopology: JSON.parse(JSON.stringify(modelTopology)) as object };
}
