import * as tf from '@tensorflow/tfjs-core';

/** A model that can be saved: a layers model, or a graph model. */
interface Savable {
  save(handler: tf.io.IOHandler, config?: tf.io.SaveConfig): Promise<tf.io.SaveResult>;
}

/** What tfjs would save of a model, without its optimizer. Nothing is written anywhere. */
export async function artifactsOf(model: Savable): Promise<tf.io.ModelArtifacts> {
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
