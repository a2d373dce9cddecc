import { type LossyForm, type Packed, pack, packedTfjs } from '@synaprune/sparse';
import * as tf from '@tensorflow/tfjs';
import { forecastInParts } from '../in-parts.js';
import type { SavedFile, SavedForecaster, WindowSet } from '../runtime.js';

/** What `tf.io` passes around of a model in the two files of {@link saveModel}. */
export type SavedArtifacts = Required<Pick<tf.io.ModelArtifacts, 'modelTopology' | 'weightSpecs'>> & {
  readonly weightData: ArrayBuffer;
};

/** Reads the two files. */
export function artifactsOf(files: readonly SavedFile[]): SavedArtifacts {
  const [model, weights] = ['model.json', 'weights.bin'].map(
    (name) => files.find((file) => file.name === name)!.bytes,
  );
  const { modelTopology, weightsManifest } = JSON.parse(new TextDecoder().decode(model)) as tf.io.ModelJSON;
  return {
    modelTopology: modelTopology as object,
    weightSpecs: weightsManifest[0]!.weights,
    weightData: new Uint8Array(weights!).buffer,
  };
}

/** One sparse file of the two. */
export function packSaved(files: readonly SavedFile[], values: 'exact' | LossyForm): Promise<Packed> {
  return pack(artifactsOf(files), { values });
}

/** Opens a sparse file for forecasts. */
export async function openPacked(
  bytes: Uint8Array,
  { length, features }: Pick<WindowSet, 'length' | 'features'>,
): Promise<SavedForecaster> {
  const model = await tf.loadLayersModel(packedTfjs(bytes));
  return {
    predict: (inputs) =>
      forecastInParts(inputs, length * features, (part, count) =>
        tf.tidy(() => (model.predict(tf.tensor3d(part, [count, length, features])) as tf.Tensor).dataSync()),
      ),
    dispose: async () => {
      model.dispose();
    },
  };
}
