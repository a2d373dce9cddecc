import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { TfjsArtifacts } from '../artifacts/artifacts.js';
import { openArtifacts } from '../artifacts/open-artifacts.js';
import { artifactsOf } from '../testing/artifacts-of.js';
import { flattenLayers, readLayersModel } from './layers-model.js';
import { openLayers } from './open-layers.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

describe('the read model of a layers model', () => {
  it('gives every weight of a tfjs model to its layer, in nested models, wrappers and cells too', async () => {
    const artifacts = await artifactsOf(nestedModel());
    const { weights } = openArtifacts('test', artifacts);
    const { root, unassigned } = readLayersModel(artifacts, weights);
    expect(unassigned).toEqual([]);
    const found = flattenLayers(root).flatMap((layer) =>
      [...layer.weights].map(
        ([key, { name }]) =>
          `${layer.path.join('>').replace(/stacked_\w+/, 'cells')} ${layer.className} ${key} = ${name}`,
      ),
    );
    expect(found).toEqual([
      'bi>forward_bl LSTM kernel = bi/forward_bl/kernel',
      'bi>forward_bl LSTM recurrent_kernel = bi/forward_bl/recurrent_kernel',
      'bi>forward_bl LSTM bias = bi/forward_bl/bias',
      'bi>backward_bl LSTM kernel = bi/backward_bl/kernel',
      'bi>backward_bl LSTM recurrent_kernel = bi/backward_bl/recurrent_kernel',
      'bi>backward_bl LSTM bias = bi/backward_bl/bias',
      'each>inside Dense kernel = each/kernel',
      'each>inside Dense bias = each/bias',
      'stack>cells>g GRUCell kernel = stack/RNNCell_0/kernel',
      'stack>cells>g GRUCell recurrent_kernel = stack/RNNCell_0/recurrent_kernel',
      'stack>cells>g GRUCell bias = stack/RNNCell_0/bias',
      'stack>cells>l LSTMCell kernel = stack/RNNCell_1/kernel',
      'stack>cells>l LSTMCell recurrent_kernel = stack/RNNCell_1/recurrent_kernel',
      'stack>cells>l LSTMCell bias = stack/RNNCell_1/bias',
      'norm BatchNormalization gamma = norm/gamma',
      'norm BatchNormalization beta = norm/beta',
      'norm BatchNormalization moving_mean = norm/moving_mean',
      'norm BatchNormalization moving_variance = norm/moving_variance',
      'inner>deep Dense kernel = deep/kernel',
      'inner>deep Dense bias = deep/bias',
    ]);
  });

  it('says what every layer is called on', async () => {
    const artifacts = await artifactsOf(nestedModel());
    const { root } = readLayersModel(artifacts, []);
    expect(root.inputs.map(({ layer }) => layer)).toEqual(['in']);
    expect(root.outputs.map(({ layer }) => layer)).toEqual(['sum']);
    const sum = root.children.find(({ name }) => name === 'sum');
    expect(sum?.inbound).toEqual([
      [
        { layer: 'inner', call: 1, output: 0 },
        { layer: 'inner', call: 2, output: 0 },
      ],
    ]);
    expect(root.children.find(({ name }) => name === 'inner')?.inbound.length).toBe(2);
  });

  it('knows the names that Keras gives to cells', () => {
    const layer = (name: string, className: string, more: object = {}) => ({
      class_name: className,
      config: { name, ...more },
    });
    const names = [
      'bidirectional/forward_lstm/lstm_cell_1/kernel',
      'bidirectional/backward_lstm/lstm_cell_2/kernel',
      'lstm/lstm_cell/recurrent_kernel',
      'block/conv/kernel',
      'outer/mha/query/kernel',
      'rnn/stacked_rnn_cells/a/kernel',
    ];
    const weights = openArtifacts('test', {
      weightSpecs: names.map((name) => ({ name, shape: [1, 1], dtype: 'float32' })),
      weightData: new ArrayBuffer(4 * names.length),
    }).weights;
    const { root, unassigned } = readLayersModel(
      {
        modelTopology: {
          model_config: {
            class_name: 'Sequential',
            config: [
              layer('bidirectional', 'Bidirectional', { layer: layer('lstm', 'LSTM') }),
              layer('lstm', 'LSTM'),
              layer('block/conv', 'Conv2D'),
              layer('mha', 'MultiHeadAttention'),
              layer('rnn', 'RNN', {
                cell: { class_name: 'StackedRNNCells', config: { cells: [layer('a', 'GRUCell')] } },
              }),
            ],
          },
        },
      },
      weights,
    );
    expect(unassigned).toEqual([]);
    expect(
      flattenLayers(root).flatMap(({ path, weights: own }) =>
        [...own.keys()].map((key) => [...path, key].join('>')),
      ),
    ).toEqual([
      'bidirectional>forward_lstm>kernel',
      'bidirectional>backward_lstm>kernel',
      'lstm>recurrent_kernel',
      'block/conv>kernel',
      'mha>query/kernel',
      'rnn>StackedRNNCells>a>kernel',
    ]);
  });

  it('leaves the topology that it was given as it was', async () => {
    const artifacts = await artifactsOf(nestedModel());
    const before = JSON.stringify(artifacts.modelTopology);
    const { root, topology } = readLayersModel(artifacts, []);
    for (const { config } of flattenLayers(root)) config.units = 1;
    expect(JSON.stringify(artifacts.modelTopology)).toBe(before);
    expect(JSON.stringify(topology)).not.toBe(before);
  });
});

function nestedModel(): tf.LayersModel {
  const inner = tf.sequential({
    name: 'inner',
    layers: [tf.layers.dense({ name: 'deep', units: 4, inputShape: [8] })],
  });
  const input = tf.input({ shape: [6, 5], name: 'in' });
  const lstm = tf.layers.lstm({ units: 4, returnSequences: true, name: 'bl' });
  const wrapped = tf.layers.bidirectional({ layer: lstm as never, mergeMode: 'concat', name: 'bi' });
  const each = tf.layers.timeDistributed({
    layer: tf.layers.dense({ units: 8, name: 'inside' }),
    name: 'each',
  });
  const cell = [tf.layers.gruCell({ units: 8, name: 'g' }), tf.layers.lstmCell({ units: 8, name: 'l' })];
  let x = each.apply(wrapped.apply(input)) as tf.SymbolicTensor;
  x = tf.layers.rnn({ cell, name: 'stack' }).apply(x) as tf.SymbolicTensor;
  const other = tf.layers.activation({ activation: 'relu', name: 'relu' }).apply(x) as tf.SymbolicTensor;
  x = tf.layers.batchNormalization({ name: 'norm' }).apply(x) as tf.SymbolicTensor;
  const both = [inner.apply(x), inner.apply(other)] as tf.SymbolicTensor[];
  const output = tf.layers.add({ name: 'sum' }).apply(both) as tf.SymbolicTensor;
  return tf.model({ inputs: input, outputs: output });
}

it.each([['a live model'], ['a live graph model']])(
  '%s is no artifacts, and told how it gives them',
  (what) => {
    // Methods of a model are of its class.
    const model = new (class {
      readonly modelTopology = what.includes('graph') ? { node: [] } : undefined;
      save() {}
    })();
    expect(() => openLayers('convertTfjs', model as unknown as TfjsArtifacts)).toThrow(
      new TypeError(
        "convertTfjs needs a model's artifacts, { modelTopology, weightSpecs, weightData }, got a live model; " +
          'modelArtifacts(model) of @synaprune/tfjs gives them',
      ),
    );
  },
);

it('weights alone are no layers model', () => {
  expect(() => openLayers('convertTfjs', { weightSpecs: [] })).toThrow(
    'convertTfjs needs the artifacts of a layers model, got weights alone',
  );
});
