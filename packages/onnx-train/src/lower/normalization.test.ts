import { type Attribute, float } from '@synaprune/onnx/graph';
import { describe, it } from 'vitest';
import { checkGradients } from '../testing/check-gradients.js';
import { randomTensor, type TestTensor } from '../testing/models.js';

const positive = (shape: readonly number[], seed: number): TestTensor => {
  const { data } = randomTensor(shape, seed);
  return { shape, data: data.map((x) => x + 1.5) };
};

describe('gradients of normalisations', () => {
  for (const shape of [
    [3, 2],
    [2, 3, 4],
    [2, 2, 2, 3],
  ]) {
    it(`BatchNormalization of ${shape} by running statistics`, async () => {
      const channels = [shape[1]!];
      await checkGradients({
        tensors: {
          x: randomTensor(shape, 1),
          scale: randomTensor(channels, 2),
          bias: randomTensor(channels, 3),
          mean: randomTensor(channels, 4),
          variance: positive(channels, 5),
        },
        by: ['x', 'scale', 'bias'],
        nodes: [
          ['BatchNormalization', ['x', 'scale', 'bias', 'mean', 'variance'], ['y'], { epsilon: float(1e-3) }],
        ],
        outputs: ['y'],
      });
    });

    it(`BatchNormalization of ${shape} by the statistics of the batch`, async () => {
      const channels = [shape[1]!];
      const nodes = 'x scale bias mean variance'.split(' ');
      await checkGradients({
        tensors: {
          x: randomTensor(shape, 1),
          scale: randomTensor(channels, 2),
          bias: randomTensor(channels, 3),
          mean: randomTensor(channels, 4),
          variance: positive(channels, 5),
        },
        by: ['x', 'scale', 'bias'],
        nodes: [['BatchNormalization', nodes, ['y', 'newMean', 'newVariance'], { training_mode: 1 }]],
        outputs: ['y'],
        options: { batchNormalization: 'train' },
      });
    });
  }

  const layers: readonly [
    string,
    readonly number[],
    readonly number[],
    Readonly<Record<string, Attribute>>,
    number?,
  ][] = [
    ['LayerNormalization', [2, 3, 4], [4], {}],
    ['LayerNormalization', [2, 3, 4], [3, 4], { axis: 1, epsilon: float(1e-2) }],
    ['InstanceNormalization', [2, 3, 4], [3], {}],
    ['InstanceNormalization', [2, 2, 3, 2], [2], { epsilon: float(1e-3) }],
    ['GroupNormalization', [2, 4, 3], [2], { num_groups: 2 }, 18],
    ['GroupNormalization', [2, 4, 3], [4], { num_groups: 2 }, 21],
  ];
  for (const [op, shape, scale, attributes, opset] of layers) {
    it(`${op} of ${shape} ${JSON.stringify(attributes)} of version ${opset ?? 17}`, async () => {
      await checkGradients({
        tensors: { x: randomTensor(shape, 1), scale: randomTensor(scale, 2), bias: randomTensor(scale, 3) },
        nodes: [[op, ['x', 'scale', 'bias'], ['y'], attributes]],
        outputs: ['y'],
        // Its expansion computes in float32 whatever it is given.
        single: opset === 21,
        ...(opset ? { opset } : {}),
      });
    });
  }
});
