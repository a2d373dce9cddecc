import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { openModel } from '../model/open-model.js';
import { pruneTflite } from '../pruning/prune-tflite.js';
import { apart } from '../testing/apart.js';
import { artifactsOf } from '../testing/artifacts-of.js';
import { fedNet } from '../testing/fed-net.js';
import { layerNets, scramble } from '../testing/layer-nets.js';
import { randomLayers } from '../testing/random-layers.js';
import { runTflite } from '../testing/run-tflite.js';
import { normals } from '../testing/small-models.js';
import { convertTfjs } from './convert-tfjs.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

describe('a layers model that is written as a .tflite', () => {
  it.each(Object.keys(layerNets))('answers as in tfjs: %s', async (kind) => {
    const { bytes, images, wanted } = await fedNet(layerNets[kind]!(), 7);
    expect(apart(runTflite(bytes, ...images), wanted)).toBeLessThan(1e-5);
  });

  it('answers as in tfjs, made by chance', async () => {
    for (let seed = 1; seed < 60; seed += 1) {
      const { bytes, images, wanted } = await fedNet(randomLayers(seed), seed);
      expect(apart(runTflite(bytes, ...images), wanted)).toBeLessThan(1e-5);
    }
  });

  it('has normalisations and functions in the operators before them, and zeros where the kernels had some', async () => {
    const model = layerNets.mobile!();
    scramble(model, 3);
    for (const weight of model.weights) {
      if (!/kernel/.test(weight.originalName)) continue;
      const values = weight.read();
      weight.write(tf.where(values.abs().greater(0.1), values, tf.zerosLike(values)));
    }
    const zeros = (values: ArrayLike<number>) => Array.from(values).filter((value) => value === 0).length;
    const bytes = convertTfjs(await artifactsOf(model));
    const [graph] = openModel('test', bytes).graphs;
    expect([...new Set(graph!.operators.map(({ op }) => op))]).toEqual([
      'CONV_2D',
      'DEPTHWISE_CONV_2D',
      'MEAN',
      'FULLY_CONNECTED',
      'SOFTMAX',
    ]);
    for (const { originalName, read } of model.weights.map((weight) => ({
      originalName: weight.originalName,
      read: weight.read(),
    }))) {
      if (!/kernel/.test(originalName)) continue;
      const { data } = graph!.tensors.find(({ name }) => name === originalName)!;
      expect(zeros(new Float32Array(Uint8Array.from(data!).buffer))).toBe(zeros(read.dataSync()));
    }
  });

  it('says what it takes and gives by the names of its layers', async () => {
    const input = tf.input({ shape: [4], name: 'given' });
    const output = tf.layers.dense({ units: 2, name: 'answer' }).apply(input) as tf.SymbolicTensor;
    const bytes = convertTfjs(await artifactsOf(tf.model({ inputs: input, outputs: output })));
    const { root } = openModel('test', bytes);
    expect(root.signatures).toMatchObject([
      { signatureKey: 'serving_default', inputs: [{ name: 'given' }], outputs: [{ name: 'answer' }] },
    ]);
  });

  it('is pruned and stored sparse as any other', async () => {
    const model = layerNets.mobile!();
    scramble(model, 5);
    const bytes = convertTfjs(await artifactsOf(model));
    const options = { sparsity: 0.8, distribution: 'uniform' } as const;
    const [dense, sparse] = [
      await pruneTflite(bytes, {
        ...options,
        select: { exclude: ({ shape }) => shape[1] !== 1 && shape.length === 4 },
      }),
      await pruneTflite(bytes, { ...options, sparse: true }),
    ];
    expect(sparse.report.notices).toEqual([]);
    const image = normals(32 * 32 * 3, 1);
    const [wanted, got] = [dense, sparse].map((each) => runTflite(each.model, image)[0]!);
    for (const [k, value] of wanted!.entries()) expect(Math.abs(got![k]! - value)).toBeLessThan(1e-5);
  });
});

describe('what cannot be written is refused by name', () => {
  const refusalOf = async (...layers: tf.layers.Layer[]) => {
    const model = tf.sequential({ layers });
    return await artifactsOf(model)
      .then(convertTfjs)
      .then(
        () => 'nothing',
        (error: Error & { code?: string }) => `${error.code}: ${error.message}`,
      );
  };
  it.each([
    [
      'a layer',
      () => [tf.layers.lstm({ units: 2, inputShape: [3, 4], name: 'memory' })],
      /"memory" of class LSTM/,
    ],
    [
      'an activation',
      () => [tf.layers.dense({ units: 2, inputShape: [4], activation: 'elu' })],
      /its activation "elu"/,
    ],
    [
      'an open size',
      () => [tf.layers.conv2d({ filters: 1, kernelSize: 1, inputShape: [null, 4, 3] })],
      /fixed size.*\[null,null,4,3\]/,
    ],
    [
      'channels that come first',
      () => [
        tf.layers.conv2d({ filters: 1, kernelSize: 1, inputShape: [3, 4, 4], dataFormat: 'channelsFirst' }),
      ],
      /channels come first/,
    ],
    [
      'a dilation that tfjs leaves aside',
      () => [tf.layers.depthwiseConv2d({ kernelSize: 3, dilationRate: 2, inputShape: [9, 9, 3] })],
      /its dilation_rate \[2,2\], which tfjs leaves aside/,
    ],
    ['a bound', () => [tf.layers.reLU({ inputShape: [4], maxValue: 3 })], /max_value 3/],
    ['an axis', () => [tf.layers.softmax({ inputShape: [4, 4], axis: 1 })], /its axis 1/],
  ] as const)('%s', async (_, layers, message) => {
    const refusal = await refusalOf(...layers());
    expect(refusal).toMatch(/^unsupported/);
    expect(refusal).toMatch(message);
  });

  const { layers } = tf;
  const image = { inputShape: [8, 8, 3], name: 'other' };
  const series = { inputShape: [8, 3], name: 'other' };
  it.each([
    ['Conv2DTranspose', () => layers.conv2dTranspose({ ...image, filters: 2, kernelSize: 3 })],
    ['UpSampling2D', () => layers.upSampling2d({ ...image })],
    [
      'Cropping2D',
      () =>
        layers.cropping2D({
          ...image,
          cropping: [
            [1, 1],
            [1, 1],
          ],
        }),
    ],
    ['GlobalMaxPooling2D', () => layers.globalMaxPooling2d({ ...image })],
    ['PReLU', () => layers.prelu({ ...image })],
    ['ELU', () => layers.elu({ ...image })],
    ['ThresholdedReLU', () => layers.thresholdedReLU({ ...image })],
    ['LayerNormalization', () => layers.layerNormalization({ ...image })],
    ['Permute', () => layers.permute({ ...image, dims: [2, 1, 3] })],
    ['Conv1D', () => layers.conv1d({ ...series, filters: 2, kernelSize: 3 })],
    ['AveragePooling1D', () => layers.averagePooling1d({ ...series })],
    ['GRU', () => layers.gru({ ...series, units: 2 })],
    ['RepeatVector', () => layers.repeatVector({ inputShape: [8], name: 'other', n: 2 })],
    ['Embedding', () => layers.embedding({ inputShape: [8], name: 'other', inputDim: 4, outputDim: 2 })],
    ['TimeDistributed', () => layers.timeDistributed({ ...series, layer: layers.dense({ units: 2 }) })],
  ] as const)('the layer %s', async (className, layer) => {
    const refusal = await refusalOf(layer());
    expect(refusal).toMatch(new RegExp(`^unsupported: the layer "other" of class ${className} cannot`));
  });

  it.each<[string, string, Record<string, unknown>, Record<string, number[]>]>([
    ['units', 'Dense', { units: 3, batch_input_shape: [null, 2] }, { kernel: [2, 4] }],
    ['filters', 'Conv2D', { filters: 3, kernel_size: [1, 1] }, { kernel: [1, 1, 2, 4] }],
    ['kernel_size', 'Conv2D', { filters: 4, kernel_size: 3 }, { kernel: [3, 1, 2, 4] }],
    ['use_bias', 'Conv2D', { use_bias: true }, { kernel: [1, 1, 2, 4] }],
    ['use_bias', 'Conv2D', { use_bias: false }, { kernel: [1, 1, 2, 4], bias: [4] }],
    ['depth_multiplier', 'DepthwiseConv2D', { depth_multiplier: 2 }, { depthwise_kernel: [1, 1, 2, 1] }],
    [
      'filters',
      'SeparableConv2D',
      { filters: 3 },
      { depthwise_kernel: [1, 1, 2, 1], pointwise_kernel: [1, 1, 2, 4] },
    ],
  ])('weights of other %s than the %s says', (setting, className, said, weights) => {
    const artifactsOf = (more: Record<string, unknown>) => {
      const config = { name: 'it', batch_input_shape: [null, 5, 5, 2], ...more };
      const weightSpecs = Object.entries(weights).map(([role, shape]) => ({
        name: `it/${role}`,
        shape,
        dtype: 'float32' as const,
      }));
      return {
        modelTopology: {
          class_name: 'Sequential',
          config: { name: 'm', layers: [{ class_name: className, config }] },
        },
        weightSpecs,
        weightData: new ArrayBuffer(
          4 *
            Object.values(weights).reduce(
              (sum, shape) => sum + shape.reduce((product, edge) => product * edge, 1),
              0,
            ),
        ),
      };
    };
    expect(() => convertTfjs(artifactsOf(said))).toThrow(
      expect.objectContaining({
        code: 'bad-model',
        message: expect.stringContaining(`needs weights of ${setting} `),
      }),
    );
    const { [setting]: _, ...others } = said;
    expect(convertTfjs(artifactsOf(others)).length).toBeGreaterThan(0);
  });

  it('graph models, and what is no model', () => {
    expect(() =>
      convertTfjs({ modelTopology: { node: [] }, weightSpecs: [], weightData: new ArrayBuffer(0) }),
    ).toThrow(expect.objectContaining({ code: 'unsupported' }));
    expect(() => convertTfjs(null as never)).toThrow(TypeError);
  });
});
