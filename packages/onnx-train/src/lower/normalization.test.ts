import { type Attribute, buildModel, float } from '@synaprune/onnx/graph';
import { describe, expect, it } from 'vitest';
import { buildTrainingStep } from '../step/build-training-step.js';
import { checkGradients } from '../testing/check-gradients.js';
import { randomTensor, type TestModel, type TestTensor } from '../testing/models.js';
import { load, startTraining } from '../testing/runtime.js';

const positive = (shape: readonly number[], seed: number): TestTensor => {
  const { data } = randomTensor(shape, seed);
  return { shape, data: data.map((x) => x + 1.5) };
};

/** What is normalised, and how it is scaled and moved. */
const scaled = (shape: readonly number[], channels: readonly number[]) => ({
  x: randomTensor(shape, 1),
  scale: randomTensor(channels, 2),
  bias: randomTensor(channels, 3),
});

const statistics = (channels: readonly number[]) => ({
  mean: randomTensor(channels, 4),
  variance: positive(channels, 5),
});

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
          ...scaled(shape, channels),
          ...statistics(channels),
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
      await checkGradients({
        tensors: {
          ...scaled(shape, channels),
          ...statistics(channels),
        },
        by: ['x', 'scale', 'bias'],
        nodes: [
          // The runtime writes new statistics over tensors of the model: outputs are looked at below.
          [
            'BatchNormalization',
            'x scale bias mean variance'.split(' '),
            ['y', 'newMean', 'newVariance'],
            { training_mode: 1 },
          ],
        ],
        outputs: ['y'],
        options: { batchNormalization: 'train' },
      });
    });

    it(`BatchNormalization of ${shape} whose running statistics are computed`, async () => {
      const channels = [shape[1]!];
      await checkGradients({
        tensors: {
          ...scaled(shape, channels),
          'minus mean': randomTensor(channels, 4),
          'minus variance': positive(channels, 5),
        },
        nodes: [
          ['Neg', ['minus mean'], ['mean']],
          ['Neg', ['minus variance'], ['variance']],
          [
            'BatchNormalization',
            'x scale bias mean variance'.split(' '),
            ['y', 'newMean', 'newVariance'],
            { training_mode: 1, momentum: float(0.3) },
          ],
        ],
        outputs: ['y', 'newMean', 'newVariance'],
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

describe('running statistics that a model gives', () => {
  const model: TestModel = {
    tensors: {
      // Of the second channel all are the same, and so many that their mean is exact.
      x: { shape: [2, 2, 2], data: [-0, 1e-30, 0.5, 0.5, 1e4, -1e3, 0.5, 0.5] },
      scale: randomTensor([2], 2),
      bias: randomTensor([2], 3),
      mean: randomTensor([2], 4),
      variance: positive([2], 5),
    },
    nodes: [
      [
        'BatchNormalization',
        'x scale bias mean variance'.split(' '),
        ['y', 'newMean', 'newVariance'],
        { training_mode: 1, momentum: float(0.7), epsilon: float(0.01) },
      ],
    ],
    outputs: ['y', 'newMean', 'newVariance'],
  };

  it('are the runtime’s, where numbers are far apart and where they are the same', async () => {
    const runner = await load(buildModel(model));
    const expected = await runner.run({});
    await runner.release();
    const step = buildTrainingStep(buildModel(model), {
      loss: 'mse',
      outputs: [...model.outputs],
      optimizer: 'sgd',
      trainable: ['x', 'scale', 'bias'],
    });
    const training = await startTraining(step);
    const targets = step.inputs.map(({ name }, at) => [name, expected[model.outputs[at]!]!] as const);
    const { all } = await training.run(Object.fromEntries(targets), 0);
    await training.release();
    for (const { name, modelName } of step.outputs) {
      const { data } = expected[modelName]!;
      const largest = Math.max(1, ...data.map(Math.abs));
      all[name]!.data.forEach((value, at) => {
        expect(Math.abs(value - data[at]!), `${modelName}[${at}]`).toBeLessThan(2e-6 * largest);
      });
    }
    // They are what the step carries on, too.
    expect(step.buffers.map(({ name, output }) => [name, all[output]!.data])).toEqual([
      ['mean', all[step.outputs[1]!.name]!.data],
      ['variance', all[step.outputs[2]!.name]!.data],
    ]);
  });

  it('stay as they are where training leaves them alone', async () => {
    const step = buildTrainingStep(buildModel(model), {
      loss: 'mse',
      outputs: ['y', 'newMean'],
      optimizer: 'sgd',
      trainable: ['scale'],
      batchNormalization: 'inference',
    });
    const training = await startTraining(step);
    const zeros = step.inputs.map(
      ({ name, shape }) =>
        [name, { shape, data: new Array(shape.reduce((a, b) => a * b, 1)).fill(0) }] as const,
    );
    const { all } = await training.run(Object.fromEntries(zeros), 0);
    await training.release();
    expect(all[step.outputs[1]!.name]!.data).toEqual(model.tensors!.mean!.data);
  });
});
