import * as tf from '@tensorflow/tfjs';
import { useTensorflow } from '../peers/tensorflow.js';
import type { TrainingCandidate } from './candidates.js';
import type { Network } from './networks.js';

/** A perceptron on TensorFlow.js's wasm backend, Adam, and a product with its masks after each step. */
export async function tfjsPerceptron(network: Network): Promise<TrainingCandidate> {
  await useTensorflow('wasm');
  const { weights, batch, classes } = network;
  const variables = weights.map(({ values, shape }) => tf.variable(tf.tensor(values, [...shape])));
  const masks = variables.map(({ shape }) =>
    tf.tidy(() => tf.keep(tf.randomUniform(shape).less(0.2).cast('float32'))),
  );
  const x = tf.tensor(network.x, [...network.xShape]);
  const y = tf.tensor2d(network.y, [batch, classes]);
  const adam = tf.train.adam(1e-3);
  const forward = (): tf.Scalar => {
    let at: tf.Tensor = x;
    for (let i = 0; i < variables.length; i += 2) {
      at = at.matMul(variables[i]!).add(variables[i + 1]!);
      if (i + 2 < variables.length) at = at.relu();
    }
    return tf.losses.softmaxCrossEntropy(y, at as tf.Tensor2D);
  };
  let loss = Number.NaN;
  return {
    candidate: {
      name: 'tfjs-wasm',
      run: () => {
        const cost = adam.minimize(forward, true)!;
        tf.tidy(() => {
          for (const [i, kernel] of variables.entries()) {
            if (i % 2 === 0) kernel.assign(kernel.mul(masks[i]!));
          }
        });
        loss = cost.dataSync()[0]!;
        cost.dispose();
      },
    },
    loss: () => loss,
    close: () => {
      adam.dispose();
      tf.dispose([x, y, ...variables, ...masks]);
    },
  };
}

/** A layers model with an LSTM, on a backend of TensorFlow.js. */
export async function tfjsRecurrent(
  backend: 'cpu' | 'wasm',
  hidden: number,
  network: Network,
): Promise<TrainingCandidate> {
  await useTensorflow(backend);
  const [length, batch, features] = network.xShape as [number, number, number];
  const model = tf.sequential({
    layers: [
      tf.layers.lstm({
        units: hidden,
        inputShape: [length, features],
        recurrentActivation: 'sigmoid',
        recurrentInitializer: 'glorotUniform',
      }),
      tf.layers.dense({ units: network.classes }),
    ],
  });
  model.compile({
    optimizer: tf.train.adam(1e-3),
    loss: (target, logits) => tf.losses.softmaxCrossEntropy(target, logits),
  });
  const x = tf.tidy(() => tf.tensor3d(network.x, [length, batch, features]).transpose([1, 0, 2]));
  const y = tf.tensor2d(network.y, [batch, network.classes]);
  let loss = Number.NaN;
  return {
    candidate: {
      name: `tfjs-${backend}`,
      prepare: () => useTensorflow(backend),
      run: async () => {
        loss = (await model.trainOnBatch(x, y)) as number;
      },
    },
    loss: () => loss,
    close: () => {
      tf.dispose([x, y]);
      model.dispose();
    },
  };
}
