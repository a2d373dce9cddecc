import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { tensorOf } from '../../testing/models.js';
import { useBackend } from '../../testing/use-backend.js';
import { featuresOf, matrixOf, readWeights } from '../refitting/part-weights.js';
import { findParts } from './find-parts.js';
import { toHost } from './part.js';

beforeAll(async () => {
  await useBackend('cpu');
});

/** What the last turn of a part's products gives for an input, biases included: `[samples, outputs]`. */
async function productsOf(layer: tf.layers.Layer, inputs: readonly tf.Tensor[]): Promise<number[]> {
  const [{ part, layer: own }] = findParts(layer) as [ReturnType<typeof findParts>[number]];
  const weights = await readWeights(own);
  const turn = part.turns.length - 1;
  const hosts = await Promise.all(inputs.map(toHost));
  const most = part.samples(inputs.map(({ shape }) => shape));
  const columns = part.columns(turn, hosts, most, weights.read);
  const products = part.turns[turn]!;
  const width = products.reduce((sum, { rows }) => sum + rows, 0);
  const outputs = new Array<number>(most * width);
  let before = 0;
  for (const [i, product] of products.entries()) {
    const features = featuresOf(product);
    const matrix = matrixOf(product, weights);
    expect(columns[i]!.length).toBe(most * features);
    for (let s = 0; s < most; s += 1) {
      for (let row = 0; row < product.rows; row += 1) {
        let sum = product.bias === undefined ? 0 : weights.read('bias')[product.bias(row)]!;
        for (let j = 0; j < features; j += 1)
          sum += columns[i]![s * features + j]! * matrix[row * features + j]!;
        outputs[s * width + before + row] = sum;
      }
    }
    before += product.rows;
  }
  return outputs;
}

const { layers } = tf;
const odd = {
  kernelSize: [3, 2] as [number, number],
  useBias: true,
  biasInitializer: 'randomNormal' as const,
};

const cases: readonly [string, readonly number[], () => tf.layers.Layer][] = [
  ['dense', [3, 4], () => layers.dense({ units: 5, biasInitializer: 'randomNormal' })],
  ['dense over steps, without a bias', [2, 3, 4], () => layers.dense({ units: 5, useBias: false })],
  [
    'conv1d, same, strided',
    [2, 7, 3],
    () => layers.conv1d({ filters: 4, kernelSize: 4, padding: 'same', strides: 2 }),
  ],
  ['conv1d, dilated', [2, 9, 3], () => layers.conv1d({ filters: 4, kernelSize: 3, dilationRate: 2 })],
  ['conv2d, valid', [2, 5, 6, 3], () => layers.conv2d({ ...odd, filters: 4 })],
  [
    'conv2d, same, strided unlike',
    [2, 5, 6, 3],
    () => layers.conv2d({ ...odd, filters: 4, padding: 'same', strides: [2, 3] }),
  ],
  [
    'conv2d, same, dilated',
    [1, 7, 6, 2],
    () => layers.conv2d({ ...odd, filters: 4, padding: 'same', dilationRate: [2, 1] }),
  ],
  [
    'conv2d, channels first',
    [2, 3, 5, 6],
    () => layers.conv2d({ ...odd, filters: 4, dataFormat: 'channelsFirst' }),
  ],
  ['conv3d', [1, 4, 3, 5, 2], () => layers.conv3d({ filters: 3, kernelSize: 2, padding: 'same' })],
  ['depthwise', [2, 5, 6, 3], () => layers.depthwiseConv2d({ ...odd, depthMultiplier: 2, padding: 'same' })],
  ['separable', [2, 5, 6, 3], () => layers.separableConv2d({ ...odd, filters: 4, depthMultiplier: 2 })],
  ['transposed, valid', [2, 3, 4, 2], () => layers.conv2dTranspose({ ...odd, filters: 3, strides: [2, 1] })],
  [
    'transposed, same',
    [2, 3, 4, 2],
    () => layers.conv2dTranspose({ ...odd, filters: 3, strides: [2, 3], padding: 'same' }),
  ],
  [
    'transposed, wider than its stride',
    [1, 3, 3, 2],
    () => layers.conv2dTranspose({ filters: 3, kernelSize: 5, strides: 2, padding: 'same' }),
  ],
];

describe('products of parts', () => {
  it.each(cases)('of %s are what the layer gives', async (_, shape, make) => {
    const layer = make();
    const x = tensorOf(7, shape);
    const output = layer.apply(x) as tf.Tensor;
    const first = layer.getConfig().dataFormat === 'channelsFirst';
    const wanted = [...(first ? tf.transpose(output, [0, 2, 3, 1]) : output).dataSync()];
    const got = await productsOf(layer, [x]);
    expect(got.length).toBe(wanted.length);
    for (const [i, value] of got.entries()) expect(value).toBeCloseTo(wanted[i]!, 5);
  });

  it.each([
    ['a simple recurrent layer', 1, () => layers.simpleRNNCell({ units: 4, activation: 'linear' })],
  ] as const)('of %s are the sums before its activation', async (_, __, make) => {
    const layer = make() as tf.layers.Layer & { build(shape: number[]): void };
    layer.build([2, 3]);
    const [x, h] = [tensorOf(1, [2, 3]), tensorOf(2, [2, 4])];
    const [wanted] = layer.call([x, h], {}) as tf.Tensor[];
    const got = await productsOf(layer, [x, h]);
    for (const [i, value] of wanted!.dataSync().entries()) expect(got[i]).toBeCloseTo(value, 5);
  });

  it('of a GRU make its next state', async () => {
    const cell = layers.gruCell({
      units: 3,
      recurrentActivation: 'sigmoid',
      biasInitializer: 'randomNormal',
    });
    (cell as unknown as { build(shape: number[]): void }).build([2, 4]);
    const [x, h] = [tensorOf(1, [2, 4]), tensorOf(2, [2, 3])];
    const [wanted] = cell.call([x, h], {}) as tf.Tensor[];
    const got = await productsOf(cell, [x, h]);
    const states = h.dataSync();
    for (const [i, value] of wanted!.dataSync().entries()) {
      const [sample, unit] = [Math.floor(i / 3), i % 3];
      const z = 1 / (1 + Math.exp(-got[sample * 9 + unit]!));
      const candidate = Math.tanh(got[sample * 9 + 6 + unit]!);
      expect(z * states[i]! + (1 - z) * candidate).toBeCloseTo(value, 5);
    }
  });
});
