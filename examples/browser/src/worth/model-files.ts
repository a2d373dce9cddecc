import type * as tf from '@tensorflow/tfjs';
import { weightBytes } from '../moments/measure';

/** A model as the two files of TensorFlow.js's layers format. */
export interface ModelFiles {
  /** Content of `model.json`. */
  readonly model: string;
  /** Content of `weights.bin`. */
  readonly weights: Uint8Array;
}

/** Writes a saved model down as `tf.loadLayersModel` reads it; `model.json` names `weights.bin` beside it. */
export function modelFiles(artifacts: tf.io.ModelArtifacts): ModelFiles {
  const { modelTopology, weightSpecs = [], userDefinedMetadata } = artifacts;
  const file: tf.io.ModelJSON = {
    format: 'layers-model',
    generatedBy: artifacts.generatedBy ?? '',
    convertedBy: null as unknown as string,
    modelTopology: modelTopology!,
    weightsManifest: [{ paths: ['weights.bin'], weights: weightSpecs }],
    ...(userDefinedMetadata === undefined ? {} : { userDefinedMetadata }),
  };
  return { model: JSON.stringify(file), weights: weightBytes(artifacts) };
}
