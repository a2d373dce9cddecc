import * as tf from '@tensorflow/tfjs';
import type { SavedFile } from '../runtime.js';

/** The two files of a saved layers model, as `tf.loadLayersModel` reads them. */
export async function saveModel(model: tf.LayersModel): Promise<readonly SavedFile[]> {
  let files: SavedFile[] = [];
  await model.save(
    tf.io.withSaveHandler(async ({ modelTopology, weightSpecs, weightData }) => {
      const manifest = {
        format: 'layers-model',
        generatedBy: `TensorFlow.js tfjs-layers v${tf.version['tfjs-layers']}`,
        convertedBy: null,
        modelTopology,
        weightsManifest: [{ paths: ['weights.bin'], weights: weightSpecs }],
      };
      files = [
        { name: 'model.json', bytes: new TextEncoder().encode(JSON.stringify(manifest)) },
        { name: 'weights.bin', bytes: new Uint8Array(tf.io.CompositeArrayBuffer.join(weightData)) },
      ];
      return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
    }),
  );
  return files;
}
