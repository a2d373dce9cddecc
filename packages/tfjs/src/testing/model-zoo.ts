import * as tf from '@tensorflow/tfjs';
import { tensorOf } from './models.js';
import { randoms } from './randoms.js';

const { layers: L } = tf;
/** The default one takes its time. */
const quick = { recurrentInitializer: 'zeros' } as const;
const chain = (...layers: tf.layers.Layer[]) => tf.sequential({ layers });
const shared = () => L.dense({ units: 5, activation: 'tanh' });

/** Small models of every kind of layer that runs packed, and of some that do not. */
export const ZOO: Readonly<Record<string, () => tf.LayersModel>> = {
  'dense layers': () =>
    chain(
      L.dense({ units: 12, activation: 'relu', inputShape: [9] }),
      L.dropout({ rate: 0.5 }),
      L.dense({ units: 16, activation: 'sigmoid', useBias: false }),
      L.dense({ units: 5, activation: 'softmax' }),
    ),
  'dense layers of sequences': () =>
    chain(
      L.dense({ units: 6, activation: 'relu6', inputShape: [4, 5] }),
      L.flatten(),
      L.dense({ units: 24, activation: 'elu' }),
      L.reshape({ targetShape: [-1, 4] }),
      L.activation({ activation: 'tanh' }),
      L.dense({ units: 3, activation: 'softplus' }),
    ),
  'convolutions of single pixels': () =>
    chain(
      L.conv2d({ filters: 8, kernelSize: 1, activation: 'relu', inputShape: [5, 4, 6] }),
      L.conv2d({ filters: 4, kernelSize: 1, strides: 2 }),
      L.conv2d({ filters: 4, kernelSize: 1, padding: 'same', dataFormat: 'channelsFirst' }),
    ),
  'separable and plain convolutions': () =>
    chain(
      L.separableConv2d({ filters: 8, kernelSize: 3, depthMultiplier: 2, inputShape: [6, 6, 3] }),
      L.batchNormalization(),
      L.conv2d({ filters: 4, kernelSize: 3 }),
      L.globalAveragePooling2d({}),
      L.dense({ units: 3 }),
    ),
  'separable convolutions': () =>
    chain(
      L.separableConv2d({
        ...{ filters: 8, kernelSize: [3, 2], strides: [2, 1], padding: 'same', activation: 'relu' },
        inputShape: [9, 7, 4],
      }),
      L.separableConv2d({ filters: 12, kernelSize: 3, dilationRate: 2, padding: 'same', useBias: false }),
      L.separableConv2d({ filters: 6, kernelSize: 2, activation: 'relu6' }),
    ),
  'convolutions along time': () =>
    chain(
      L.conv1d({ filters: 8, kernelSize: 1, activation: 'elu', inputShape: [7, 5] }),
      L.conv1d({ filters: 4, kernelSize: 3 }),
    ),
  LSTM: () => chain(L.lstm({ units: 8, inputShape: [7, 5], ...quick }), L.dense({ units: 3 })),
  'LSTM upon LSTM': () =>
    chain(
      L.lstm({
        ...{ units: 8, returnSequences: true, recurrentActivation: 'sigmoid' },
        ...{ inputShape: [7, 5], ...quick },
      }),
      L.lstm({ units: 6, useBias: false, goBackwards: true, activation: 'softsign', ...quick }),
    ),
  'GRU upon GRU': () =>
    chain(
      L.gru({ units: 8, returnSequences: true, inputShape: [7, 5], ...quick }),
      L.gru({ units: 6, goBackwards: true, activation: 'relu', ...quick }),
    ),
  SimpleRNN: () =>
    chain(
      L.simpleRNN({ units: 8, returnSequences: true, inputShape: [7, 5], ...quick }),
      L.simpleRNN({ units: 6, goBackwards: true, returnSequences: true, activation: 'selu', ...quick }),
    ),
  'both ways': () =>
    chain(
      L.bidirectional({
        layer: L.lstm({ units: 8, returnSequences: true, ...quick }) as tf.RNN,
        mergeMode: 'concat',
        inputShape: [7, 5],
      }),
      L.bidirectional({ layer: L.gru({ units: 4, ...quick }) as tf.RNN, mergeMode: 'ave' }),
    ),
  'at every step': () =>
    chain(
      L.timeDistributed({ layer: L.dense({ units: 8, activation: 'relu' }), inputShape: [7, 5] }),
      L.lstm({ units: 8, returnSequences: true, dropout: 0.3, recurrentDropout: 0.3, ...quick }),
      L.timeDistributed({ layer: L.dense({ units: 2 }) }),
    ),
  'cells upon cells': () =>
    chain(
      L.rnn({
        cell: [
          L.lstmCell({ units: 6, ...quick }),
          L.gruCell({ units: 4, ...quick }),
          L.simpleRNNCell({ units: 3, ...quick }),
        ],
        ...{ returnSequences: true, goBackwards: true, inputShape: [7, 5] },
      }),
    ),
  'sequences with gaps': () =>
    chain(
      L.masking({ maskValue: 0, inputShape: [7, 5] }),
      L.lstm({ units: 8, returnSequences: true, ...quick }),
      L.gru({ units: 4, returnSequences: true, goBackwards: true, ...quick }),
      L.simpleRNN({ units: 3, ...quick }),
    ),
  'cells upon cells, backwards, with gaps': () =>
    chain(
      L.masking({ maskValue: 0, inputShape: [7, 5] }),
      L.rnn({
        cell: [L.gruCell({ units: 6, ...quick }), L.lstmCell({ units: 4, activation: 'softsign', ...quick })],
        goBackwards: true,
      }),
    ),
  'layers that remember': () =>
    chain(
      L.gru({ units: 8, stateful: true, returnSequences: true, batchInputShape: [4, 7, 5], ...quick }),
      L.lstm({ units: 8, stateful: true, ...quick }),
    ),
  'states handed on': () => {
    const x = tf.input({ shape: [7, 5] });
    const first = L.lstm({ units: 8, returnState: true, returnSequences: true, ...quick });
    const [y, h, c] = first.apply(x) as tf.SymbolicTensor[];
    const second = L.lstm({ units: 8, returnState: true, ...quick });
    const z = second.apply(y!, { initialState: [h, c] }) as tf.SymbolicTensor[];
    return tf.model({ inputs: x, outputs: [y!, ...z] });
  },
  'models in a model, layers in two places': () => {
    const x = tf.input({ shape: [5] });
    const [twice, inner] = [
      shared(),
      chain(L.dense({ units: 5, inputShape: [5] }), L.dense({ units: 5, activation: 'elu' })),
    ];
    const one = twice.apply(inner.apply(twice.apply(x))) as tf.SymbolicTensor;
    return tf.model({
      inputs: x,
      outputs: L.add().apply([one, inner.apply(x) as tf.SymbolicTensor]) as tf.SymbolicTensor,
    });
  },
  'a chain of models': () =>
    chain(
      chain(L.dense({ units: 7, activation: 'relu', inputShape: [5] }), L.dense({ units: 6 })),
      L.dense({ units: 3, activation: 'hardSigmoid' }),
    ),
};

/** Inputs for a model of the zoo, of which some steps are zero. */
export function zooInputs(model: tf.LayersModel, samples: number, seed: number): tf.Tensor {
  const [batch, ...edges] = model.inputs[0]!.shape;
  const shape = [batch ?? samples, ...edges.map((edge) => edge ?? 6)];
  return tf.tidy(() => {
    const steps = tf.cast(
      tf.greater(tensorOf(seed + 1, [...shape.slice(0, 2), ...shape.slice(2).map(() => 1)]), -0.3),
      'float32',
    );
    const values = tensorOf(seed, shape);
    return shape.length === 3 ? tf.mul(values, steps) : values;
  });
}

/** Gives a model weights that are the same every time, of which a share is zero in every kernel. */
export function prune(model: tf.LayersModel, sparsity: number, seed: number): void {
  tf.tidy(() =>
    model.setWeights(
      model.getWeights().map(({ shape, size }, i) => {
        const [values, ranks] = [randoms(seed + 2 * i, size), randoms(seed + 2 * i + 1, size)];
        // Of a normalisation some are variances.
        if (shape.length === 1) return tf.tensor(values.map(Math.abs), shape);
        return tf.tensor(
          values.map((value, at) => (ranks[at]! < 1 - 2 * sparsity ? value : 0)),
          shape,
        );
      }),
    ),
  );
}

/** What a model gives for inputs; disposes of what it made. */
export function answers(model: tf.LayersModel, x: tf.Tensor): number[][] {
  return tf.tidy(() => [model.predict(x)].flat().map((output) => [...output.dataSync()]));
}

/**
 * How far numbers are from others at most, in parts of those beyond 1; NaN is no way from NaN, and infinitely far from
 * all others.
 */
export function distance(numbers: readonly number[], others: readonly number[]): number {
  if (numbers.length !== others.length) return Number.POSITIVE_INFINITY;
  return numbers.reduce((most, number, i) => {
    if (Object.is(number, others[i])) return most;
    const away = Math.abs(number - others[i]!) / Math.max(1, Math.abs(others[i]!));
    return Number.isNaN(away) ? Number.POSITIVE_INFINITY : Math.max(most, away);
  }, 0);
}
