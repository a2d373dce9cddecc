import type { Select } from '@synaprune/core';
import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { useBackend } from '../testing/use-backend.js';
import { describeKernels } from './describe-kernels.js';
import { findDropout } from './dropout.js';
import { findKernels } from './kernels.js';

const { layers } = tf;
let models: tf.LayersModel[] = [];
const sequential = (...stack: tf.layers.Layer[]) => {
  const model = tf.sequential({ layers: stack });
  models.push(model);
  return model;
};
const pruned = (model: tf.LayersModel) => findKernels(model).kernels.map(({ name }) => name);
const reasons = (model: tf.LayersModel) =>
  Object.fromEntries(findKernels(model).choices.map(({ name, reason }) => [name, reason]));

beforeAll(() => useBackend('cpu'));
afterEach(() => {
  for (const model of models) model.dispose();
  models = [];
});

describe('findKernels', () => {
  it('takes the kernels of dense, convolutional and separable layers, and leaves the rest with a reason', () => {
    const model = sequential(
      layers.conv2d({ name: 'c', filters: 2, kernelSize: 3, inputShape: [8, 8, 1] }),
      layers.batchNormalization({ name: 'n' }),
      layers.depthwiseConv2d({ name: 'd', kernelSize: 2 }),
      layers.separableConv2d({ name: 's', filters: 2, kernelSize: 2 }),
      layers.prelu({ name: 'p' }),
      layers.flatten(),
      layers.dense({ name: 'o', units: 2 }),
    );
    expect(reasons(model)).toEqual({
      'c/kernel': 'kernel of Conv2D',
      'c/bias': 'bias',
      'n/gamma': 'normalisation',
      'n/beta': 'normalisation',
      'n/moving_mean': 'normalisation',
      'n/moving_variance': 'normalisation',
      'd/depthwise_kernel': 'depthwise_kernel of DepthwiseConv2D',
      'd/bias': 'bias',
      's/depthwise_kernel': 'depthwise_kernel of SeparableConv2D',
      's/pointwise_kernel': 'pointwise_kernel of SeparableConv2D',
      's/bias': 'bias',
      'p/alpha': 'slope of an activation',
      'o/kernel': 'kernel of Dense',
      'o/bias': 'bias',
    });
    expect(pruned(model)).toEqual([
      'c/kernel',
      'd/depthwise_kernel',
      's/depthwise_kernel',
      's/pointwise_kernel',
      'o/kernel',
    ]);
  });

  it('takes both kernels of recurrent layers, through wrappers and stacked cells', () => {
    const model = sequential(
      layers.embedding({ name: 'e', inputDim: 5, outputDim: 3, inputLength: 4 }),
      layers.bidirectional({
        name: 'b',
        layer: layers.gru({ name: 'g', units: 2, returnSequences: true }) as never,
        mergeMode: 'concat',
      }),
      layers.timeDistributed({ name: 't', layer: layers.dense({ name: 'td', units: 3 }) }),
      layers.rnn({
        name: 'r',
        cell: [layers.lstmCell({ units: 2 }), layers.simpleRNNCell({ units: 2 })] as never,
      }),
    );
    expect(pruned(model)).toEqual([
      'b/forward_g/kernel',
      'b/forward_g/recurrent_kernel',
      'b/backward_g/kernel',
      'b/backward_g/recurrent_kernel',
      't/kernel',
      expect.stringMatching(/^r\/.*kernel$/),
      expect.stringMatching(/^r\/.*recurrent_kernel$/),
      expect.stringMatching(/^r\/.*kernel$/),
      expect.stringMatching(/^r\/.*recurrent_kernel$/),
    ]);
    expect(reasons(model)['e/embeddings']).toBe('embedding');
  });

  it('goes into nested models, and takes shared layers once', () => {
    const shared = layers.dense({ name: 'shared', units: 3 });
    const inner = sequential(layers.dense({ name: 'inner', units: 3, inputShape: [3] }));
    const input = tf.input({ shape: [3] });
    const twice = shared.apply(shared.apply(input)) as tf.SymbolicTensor;
    const model = tf.model({ inputs: input, outputs: inner.apply(twice) as tf.SymbolicTensor });
    expect(pruned(model)).toEqual(['shared/kernel', 'inner/kernel']);
    shared.dispose();
  });

  it('leaves frozen layers alone', () => {
    const model = sequential(
      layers.dense({ name: 'a', units: 3, inputShape: [3], trainable: false }),
      layers.dense({ name: 'b', units: 3 }),
    );
    expect(pruned(model)).toEqual(['b/kernel']);
    expect(reasons(model)['a/kernel']).toBe('frozen');
  });

  it('prunes exactly what include picks, where patterns pick no bias', () => {
    const model = sequential(
      layers.embedding({ name: 'e', inputDim: 5, outputDim: 3, inputLength: 4 }),
      layers.lstm({ name: 'l', units: 2 }),
      layers.dense({ name: 'o', units: 1 }),
    );
    const names = (options: Parameters<typeof findKernels>[1]) =>
      findKernels(model, options).kernels.map(({ name }) => name);
    expect(names({ select: { include: [/^l\//] } })).toEqual(['l/kernel', 'l/recurrent_kernel']);
    expect(names({ select: { include: ['o/bias', 'e/embeddings'] } })).toEqual(['e/embeddings', 'o/bias']);
    expect(names({ select: { exclude: ['o/kernel'] } })).toEqual(['l/kernel', 'l/recurrent_kernel']);
    expect(names({ select: { include: [/kernel$/], exclude: [/recurrent/] } })).toEqual([
      'l/kernel',
      'o/kernel',
    ]);
    expect(() => names({ select: { include: ['l/kernels'] } })).toThrow(
      /"l\/kernels".*there are "e\/embeddings", "l\/kernel"/,
    );
    expect(() => names({ select: { exclude: [/gru/] } })).toThrow(
      expect.objectContaining({ code: 'unmatched-selector' }),
    );
  });

  it('takes only layers for parts of a custom layer, whatever its fields are called', () => {
    for (const fields of [
      { layers: 4 },
      { layers: [1, null] },
      { cell: null },
      { layer: 'x' },
      { cells: {} },
    ]) {
      const custom = Object.assign(layers.dense({ name: 'c', units: 2, inputShape: [3] }), fields);
      const model = sequential(custom);
      expect(pruned(model)).toEqual(['c/kernel']);
      expect(findDropout(model)).toEqual([]);
    }
  });

  it('is not led in circles by a layer that points back at its model', () => {
    const custom = layers.dense({ name: 'c', units: 2, inputShape: [3] });
    const model = sequential(custom, layers.dense({ name: 'o', units: 1 }));
    Object.assign(custom, { layer: model });
    expect(new Set(pruned(model))).toEqual(new Set(['c/kernel', 'o/kernel']));
  });

  it('names the nested model only where two weights would share a name', () => {
    const nested = (name: string) =>
      tf.sequential({
        name,
        layers: [
          layers.dense({ name: 'd', units: 3, inputShape: [3] }),
          layers.dense({ name: `own_${name}`, units: 3 }),
        ],
      });
    const model = sequential(nested('a'), nested('b'), layers.dense({ name: 'd', units: 3 }));
    expect(findKernels(model).choices.map(({ name }) => name)).toEqual([
      'a/d/kernel',
      'a/d/bias',
      'own_a/kernel',
      'own_a/bias',
      'b/d/kernel',
      'b/d/bias',
      'own_b/kernel',
      'own_b/bias',
      'd/kernel',
      'd/bias',
    ]);
    expect(findKernels(model, { select: { include: ['b/d/kernel'] } }).kernels).toHaveLength(1);
  });

  it('tells nested recurrent layers and wrapped models apart in the same way', () => {
    const nested = (name: string) =>
      tf.sequential({ name, layers: [layers.lstm({ name: 'l', units: 2, inputShape: [3, 2] })] });
    const wrapped = (name: string) =>
      layers.timeDistributed({
        name,
        layer: tf.sequential({
          name: 'same',
          layers: [layers.dense({ name: 'd', units: 2, inputShape: [2] })],
        }),
      });
    const input = tf.input({ shape: [3, 2] });
    const ends = ['a', 'b'].map((name) => nested(name).apply(input) as tf.SymbolicTensor);
    const steps = ['t', 'u'].map((name) => wrapped(name).apply(input) as tf.SymbolicTensor);
    const model = tf.model({ inputs: input, outputs: [...ends, ...steps] });
    models.push(model);
    expect(pruned(model).sort()).toEqual([
      'a/l/kernel',
      'a/l/recurrent_kernel',
      'b/l/kernel',
      'b/l/recurrent_kernel',
      't/same/d/kernel',
      'u/same/d/kernel',
    ]);
  });

  it('leaves small weights out, unless their name is given', () => {
    const model = sequential(
      layers.dense({ name: 'wide', units: 4, inputShape: [3] }),
      layers.dense({ name: 'out', units: 2 }),
    );
    const reasons = (select: Select) =>
      findKernels(model, { select }).choices.map(({ name, pruned, reason }) =>
        [name, pruned, reason].join(' '),
      );
    expect(reasons({ minElements: 9 })).toEqual([
      'wide/kernel true kernel of Dense',
      'wide/bias false bias',
      'out/kernel false fewer than 9 elements',
      'out/bias false bias',
    ]);
    expect(reasons({ include: [/kernel/, 'out/bias'], minElements: 9 })).toEqual([
      'wide/kernel true included',
      'wide/bias false not included',
      'out/kernel false fewer than 9 elements',
      'out/bias true included',
    ]);
    expect(reasons(/wide/)).toEqual(reasons({ include: 'wide/kernel' }));
    expect(() => findKernels(model, { select: { minElements: -1 } })).toThrow(RangeError);
  });

  it('refuses what selects nothing, and says where selectors belong', () => {
    const model = sequential(layers.dense({ name: 'o', units: 1, inputShape: [2] }));
    for (const wrong of [null, 1, {}]) {
      for (const key of ['include', 'exclude']) {
        expect(() => findKernels(model, { select: { [key]: [wrong] } as never })).toThrow(
          expect.objectContaining({ name: 'TypeError', message: expect.stringContaining(`select.${key}`) }),
        );
      }
    }
    expect(() => findKernels(model, { include: ['o/kernel'] } as never)).toThrow(
      /it is select: \{ include \}/,
    );
  });

  it('gives a loaded model the names it was saved with', async () => {
    const model = sequential(layers.dense({ name: 'same', units: 1, inputShape: [2] }));
    const copy = (await tf.models.modelFromJSON(model.toJSON(null, false) as never)) as tf.LayersModel;
    models.push(copy);
    expect(copy.weights[0]!.name).toBe('same/kernel_1');
    expect(pruned(copy)).toEqual(['same/kernel']);
  });
});

describe('describeKernels', () => {
  it('prints a line for each weight, aligned', () => {
    const model = sequential(
      layers.lstm({ name: 'l', units: 2, inputShape: [4, 3] }),
      layers.dense({ name: 'o', units: 1 }),
    );
    expect(describeKernels(findKernels(model)).split('\n')).toEqual([
      'pruning 3 of 5 weights, 42 of 51 elements',
      '  l/kernel            [3, 8]  prune  kernel of LSTMCell',
      '  l/recurrent_kernel  [2, 8]  prune  recurrent_kernel of LSTMCell',
      '  l/bias              [8]     leave  bias',
      '  o/kernel            [2, 1]  prune  kernel of Dense',
      '  o/bias              [1]     leave  bias',
    ]);
  });
});

describe('the table of kernels', () => {
  it('drives no terminal by the names of weights', () => {
    const weight = tf.tidy(() => tf.variable(tf.ones([2, 3])));
    const choice = { weight, shape: [2, 3], layer: 'Dense', pruned: true, reason: 'kernel of Dense' };
    const choices = [{ name: 'out\u001b[2J\u202e/kernel', ...choice }];
    const table = describeKernels({ choices, kernels: choices });
    expect(table).toContain('out\\u001b[2J\\u202e/kernel');
    expect(table).not.toContain('\u001b');
    weight.dispose();
  });
});
