import * as tf from '@tensorflow/tfjs';

/** A save handler that keeps what it gets, as JSON would. */
export function createMemory() {
  let artifacts: tf.io.ModelArtifacts = {};
  const save = tf.io.withSaveHandler(async ({ weightData, ...rest }) => {
    artifacts = { ...JSON.parse(JSON.stringify(rest)), weightData };
    return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
  });
  return {
    save,
    load: (userDefinedMetadata?: object) =>
      tf.io.fromMemory({ ...artifacts, ...(userDefinedMetadata && { userDefinedMetadata }) }),
    metadata: () => artifacts.userDefinedMetadata,
    artifacts: () => artifacts,
    /** Bytes of all weights. */
    weightBytes: () => tf.io.CompositeArrayBuffer.join(artifacts.weightData).byteLength,
  };
}
