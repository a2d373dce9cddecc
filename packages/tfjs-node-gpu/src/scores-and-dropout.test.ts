import * as reference from '@synaprune/tfjs';
import * as tf from '@tensorflow/tfjs';
import { expect, it } from 'vitest';
import { loadTfjsNode } from '../testing/load-tfjs-node.mjs';
import { createSimulatedBinding } from '../testing/simulated/binding.mjs';
import * as node from './index.js';

loadTfjsNode('@tensorflow/tfjs-node', createSimulatedBinding(tf));
tf.env().set('PROD', true);

function createModel(): tf.Sequential {
  const model = tf.sequential({
    layers: [
      tf.layers.dense({ name: 'a', units: 8, inputShape: [6], activation: 'tanh' }),
      tf.layers.dropout({ rate: 0.5 }),
      tf.layers.dense({ name: 'b', units: 4 }),
    ],
  });
  const wave = (shape: readonly number[], phase: number) =>
    tf.tensor(
      Float32Array.from({ length: shape.reduce((product, edge) => product * edge, 1) }, (_, i) =>
        Math.sin(7 * i + phase),
      ),
      [...shape],
    );
  tf.tidy(() => model.setWeights(model.getWeights().map(({ shape }, i) => wave(shape, i))));
  model.compile({ optimizer: tf.train.adam(0.01, 0.9, 0.999, 1e-7), loss: 'meanSquaredError' });
  return model;
}

/** The masks after four epochs in dropout's place. */
async function masksOf(
  { replaceDropout }: Pick<typeof reference, 'replaceDropout'>,
  score: reference.ObservedScore,
): Promise<readonly reference.NamedMask[]> {
  const model = createModel();
  const pruning = replaceDropout(model, { end: 3, score, print: false });
  const x = tf.tensor2d(
    Array.from({ length: 12 }, (_, i) => [0, 1, 2, 3, 4, 5].map((j) => Math.cos(i + 3 * j))),
  );
  const y = tf.tensor2d(Array.from({ length: 12 }, (_, i) => [0, 1, 2, 3].map((j) => Math.sin(i - j))));
  await model.fit(x, y, { epochs: 4, verbose: 0, shuffle: false, callbacks: pruning.callback });
  const masks = await pruning.masks();
  pruning.undo();
  tf.dispose([x, y]);
  model.optimizer.dispose();
  model.dispose();
  return masks;
}

it.each([
  ['movement', reference.movementScore()],
  ['second moments', reference.fisherScore({ of: 'secondMoment' })],
  ['activity', reference.activityScore()],
  ['activity of units', reference.activityScore({ of: 'unit' })],
])('simulated binding: in dropout’s place, ranked by %s, the masks are those of cpu', async (_, score) => {
  await tf.setBackend('tensorflow');
  const before = tf.memory().numTensors;
  const masks = await masksOf(node, score);
  expect(tf.memory().numTensors).toBe(before);
  expect(masks.reduce((sum, { kept }) => sum + kept, 0)).toBe(40);
  await tf.setBackend('cpu');
  expect(masks).toEqual(await masksOf(reference, score));
});
