import * as tf from '@tensorflow/tfjs';

/** What tfjs saves of a model. */
export async function artifactsOf(
  model: tf.LayersModel,
  config: tf.io.SaveConfig = {},
): Promise<tf.io.ModelArtifacts> {
  let saved: tf.io.ModelArtifacts | undefined;
  const handler = tf.io.withSaveHandler(async (artifacts) => {
    saved = artifacts;
    return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
  });
  await model.save(handler, config);
  return saved!;
}
