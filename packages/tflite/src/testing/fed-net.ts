import * as tf from '@tensorflow/tfjs';
import { convertTfjs } from '../convert/convert-tfjs.js';
import { artifactsOf } from './artifacts-of.js';
import { scramble } from './layer-nets.js';
import { normals } from './small-models.js';

/** A layers model as a `.tflite`, what it is fed, and what tfjs answers. */
export interface FedNet {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly images: readonly Float32Array[];
  readonly wanted: readonly Float32Array[];
}

/** Gives a model numbers of its own, feeds it images and writes it. */
export async function fedNet(model: tf.LayersModel, seed: number): Promise<FedNet> {
  scramble(model, seed);
  const shapes = model.inputs.map(({ shape }) => shape.slice(1) as number[]);
  const images = shapes.map((shape, i) =>
    normals(
      shape.reduce((all, edge) => all * edge, 1),
      seed + i,
    ),
  );
  const fed = images.map((image, i) => tf.tensor(image, [1, ...shapes[i]!]));
  const outputs = [model.predict(fed.length === 1 ? fed[0]! : fed)].flat();
  return {
    bytes: convertTfjs(await artifactsOf(model)),
    images,
    wanted: outputs.map((output) => Float32Array.from(output.dataSync())),
  };
}
