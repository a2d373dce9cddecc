import * as tf from '@tensorflow/tfjs';
import { expect, it } from 'vitest';
import { layerWeights, masksOf } from '../moments/layer-weights';
import { digits } from '../tasks/digits';
import { createNetwork, likeliest } from './network';

it('reads what TensorFlow.js reads', async () => {
  await tf.setBackend('cpu');
  const model = digits.makeModel(3);
  let artifacts: tf.io.ModelArtifacts = {};
  await model.save(
    tf.io.withSaveHandler(async (given) => {
      artifacts = given;
      return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' } };
    }),
  );
  const pixels = Float32Array.from({ length: 784 }, (_, i) => Math.max(0, Math.sin(i)));
  const expected = tf.tidy(() => (model.predict(tf.tensor2d(pixels, [1, 784])) as tf.Tensor).dataSync());
  const weights = layerWeights(artifacts);
  const got = createNetwork(weights).read(pixels);
  expect([...got]).toEqual([...expected].map((share) => expect.closeTo(share, 5)));
  expect(likeliest(got)).toBe(likeliest(expected as Float32Array));
  expect(masksOf(weights).map(({ name, shape }) => [name, shape])).toEqual([
    ['first/kernel', [784, 128]],
    ['second/kernel', [128, 64]],
    ['output/kernel', [64, 10]],
  ]);
  model.dispose();
});

it('tells masks from zeros', () => {
  const values = Float32Array.of(0, 1, -2, 0, 0, 3, 0, 0, 5);
  expect(masksOf([{ name: 'a', shape: [3, 3], values }])).toEqual([
    { name: 'a', shape: [3, 3], kept: 4, bits: Uint8Array.of(0b0010_0110, 1) },
  ]);
});
