import { type Attribute, buildModel, float } from '@synaprune/onnx/graph';
import { describe, expect, it } from 'vitest';
import { buildTrainingStep } from '../step/build-training-step.js';
import { checkGradients } from '../testing/check-gradients.js';
import { randomTensor, type TestTensor } from '../testing/models.js';
import { startTraining } from '../testing/runtime.js';
import { expectSameOutputs } from '../testing/same-outputs.js';

const list = (...data: number[]): TestTensor => ({ type: 'int64', shape: [data.length], data });
const count = (data: number): TestTensor => ({ type: 'int64', shape: [], data: [data] });

type Case = readonly [
  op: string,
  x: TestTensor,
  attributes: Readonly<Record<string, Attribute>>,
  others?: Readonly<Record<string, TestTensor>>,
  opset?: number,
];

const image = randomTensor([2, 3, 5, 4], 1);
/** No element so near to 0 that a difference reaches over it. */
const away: TestTensor = { ...image, data: image.data.map((x) => x + Math.sign(x) * 0.25) };
const gaps: TestTensor = { shape: [2, 3], data: [0.5, -0, 2, -0.5, 0.4, Number.POSITIVE_INFINITY] };

const cases: readonly Case[] = [
  ['LRN', image, { size: 3, alpha: float(0.5), beta: float(0.6), bias: float(2) }],
  ['LRN', image, { size: 5 }],
  ['LpPool', away, { kernel_shape: [2, 3], strides: [2, 1], pads: [1, 0, 0, 1], p: 1 }, {}, 18],
  ['LpPool', image, { kernel_shape: [2, 2], dilations: [2, 1], p: 2 }, {}, 18],
  ['LpPool', image, { kernel_shape: [3, 3], strides: [2, 2], ceil_mode: 1, p: 3 }, {}, 18],
  ['LpPool', image, { kernel_shape: [3, 2], strides: [2, 2], auto_pad: 'SAME_LOWER' }, {}, 18],
  ['LpNormalization', image, { axis: 1, p: 1 }],
  ['LpNormalization', image, { axis: -2 }],
  ['GlobalLpPool', image, { p: 3 }],
  ['MeanVarianceNormalization', image, {}],
  ['MeanVarianceNormalization', image, { axes: [1, -1] }],
  ['Shrink', gaps, { lambd: float(0.5), bias: float(0.25) }],
  ['CenterCropPad', randomTensor([4, 5], 1), {}, { sizes: list(7, 2) }, 18],
  ['CenterCropPad', randomTensor([4, 5], 1), { axes: [-1] }, { sizes: list(2) }, 18],
  [
    'Col2Im',
    randomTensor([2, 12, 6], 1),
    { pads: [0, 1, 1, 0], strides: [1, 2], dilations: [1, 2] },
    { size: list(3, 4), block: list(2, 2) },
    18,
  ],
  ['Col2Im', randomTensor([1, 6, 4], 1), {}, { size: list(6), block: list(3) }, 18],
  ['DFT', randomTensor([2, 5, 2], 1), {}, {}, 17],
  ['DFT', randomTensor([2, 6, 2], 1), { inverse: 1, axis: 1 }, {}, 17],
  ['DFT', randomTensor([2, 6, 1], 1), { onesided: 1 }, { length: count(4) }, 17],
  ['DFT', randomTensor([2, 3, 5, 1], 1), { onesided: 1 }, { length: count(8), axis: count(1) }, 20],
  ['STFT', randomTensor([2, 9, 1], 1), {}, { step: count(2), window: randomTensor([4], 2) }, 17],
];

describe('what is written out computes what the runtime does, and has its gradient', () => {
  for (const [index, [op, x, attributes, others = {}, opset = 17]] of cases.entries()) {
    it(`${op} ${JSON.stringify(attributes)} (${index})`, async () => {
      const node = [op, ['x', ...Object.keys(others)], ['y'], attributes] as const;
      await expectSameOutputs(node, { x, ...others }, opset);
      if (!x.data.every(Number.isFinite)) return;
      await checkGradients({
        tensors: { x, ...others },
        by: ['x'],
        nodes: [node],
        outputs: ['y'],
        opset,
      });
    });
  }
});

it('what is nothing throughout has no direction to grow in: a gradient of 0, not NaN', async () => {
  for (const [op, attributes, opset] of [
    ['LpPool', { kernel_shape: [2, 2], p: 2 }, 18],
    ['LpPool', { kernel_shape: [2, 2], p: 3 }, 18],
    ['LpNormalization', { p: 2 }, 17],
    ['LpNormalization', { p: 1 }, 17],
    ['MeanVarianceNormalization', {}, 17],
  ] as const) {
    const x = { shape: [1, 1, 2, 2], data: [0, 0, 0, 0] };
    // The standard adds 1e-9 to a deviation; onnxruntime does not, and has NaN there.
    if (op !== 'MeanVarianceNormalization')
      await expectSameOutputs([op, ['x'], ['y'], attributes], { x }, opset);
    const step = buildTrainingStep(
      buildModel({ tensors: { x }, nodes: [[op, ['x'], ['y'], attributes]], outputs: ['y'], opset }),
      {
        loss: { kind: 'output', name: 'y' },
        optimizer: 'sgd',
        trainable: ['x'],
        masked: [],
        gradients: true,
      },
    );
    const training = await startTraining(step);
    const { all } = await training.run({}, 0);
    await training.release();
    expect(all[step.weights[0]!.gradient!]!.data, op).toEqual([0, 0, 0, 0]);
  }
});

it('STFT of a complex signal, without a window', async () => {
  const tensors = { x: randomTensor([1, 9, 2], 1), step: count(3), length: count(5) };
  const node = ['STFT', ['x', 'step', '', 'length'], ['y'], { onesided: 0 }] as const;
  await expectSameOutputs(node, tensors, 17);
  await checkGradients({ tensors, by: ['x'], nodes: [node], outputs: ['y'] });
});

it('GatherND with axes of a batch', async () => {
  const tensors = {
    x: randomTensor([2, 3, 4], 1),
    at: { type: 'int64', shape: [2, 2, 1], data: [0, -1, 1, 1] },
  } as const;
  for (const [batch_dims, at] of [
    [1, tensors.at],
    [2, { type: 'int64', shape: [2, 3, 1], data: [3, 0, 1, -4, 2, 2] }],
  ] as const) {
    const node = ['GatherND', ['x', 'at'], ['y'], { batch_dims }] as const;
    await expectSameOutputs(node, { ...tensors, at }, 17);
    await checkGradients({
      tensors: { ...tensors, at },
      by: ['x'],
      nodes: [node],
      outputs: ['y'],
    });
  }
});

describe('what is written to a place', () => {
  const x = randomTensor([3, 2], 3);
  const ties: TestTensor = { shape: [4, 2], data: [0, 2, 0, -1, 2, 2, x.data[2]!, 3] };
  const indices: TestTensor = { type: 'int64', shape: [4, 1], data: [0, 0, 2, -2] };

  it.each(['mul', 'max', 'min', 'add', 'none'])(
    '%s computes what the runtime does, ties included',
    async (reduction) => {
      // Two writes to one place have no order where they replace.
      const at = reduction === 'none' ? { ...indices, shape: [3, 1], data: [0, 2, -2] } : indices;
      const updates = reduction === 'none' ? { shape: [3, 2], data: ties.data.slice(2) } : ties;
      await expectSameOutputs(
        ['ScatterND', ['x', 'at', 'u'], ['y'], { reduction }],
        { x, at, u: updates },
        18,
      );
    },
  );

  it('shares a tie evenly, and multiplies around zeros', async () => {
    const gradients = async (reduction: string, u: TestTensor, by: string) => {
      const step = buildTrainingStep(
        buildModel({
          tensors: {
            x: { shape: [2], data: [2, 3] },
            u,
            at: { type: 'int64', shape: [3, 1], data: [0, 0, 1] },
          },
          nodes: [
            ['ScatterND', ['x', 'at', 'u'], ['y'], { reduction }],
            ['ReduceSum', ['y'], ['z'], { keepdims: 0 }],
          ],
          outputs: ['z'],
          opset: 18,
        }),
        {
          loss: { kind: 'output', name: 'z' },
          optimizer: 'sgd',
          trainable: [by],
          masked: [],
          gradients: true,
        },
      );
      const training = await startTraining(step);
      const { all } = await training.run({}, 0);
      await training.release();
      return all[step.weights[0]!.gradient!]!.data;
    };
    const u = { shape: [3], data: [2, 1, 4] };
    expect(await gradients('max', u, 'x')).toEqual([0.5, 0]);
    expect(await gradients('max', u, 'u')).toEqual([0.5, 0, 1]);
    const zeros = { shape: [3], data: [0, 5, 0] };
    expect(await gradients('mul', zeros, 'x')).toEqual([0, 0]);
    expect(await gradients('mul', zeros, 'u')).toEqual([10, 0, 3]);
  });

  it('MaxUnpool and TensorScatter', async () => {
    await expectSameOutputs(
      ['TensorScatter', ['x', 'u', 'at'], ['y'], { mode: 'circular', axis: 1 }],
      { x: randomTensor([2, 4, 2], 1), u: randomTensor([2, 3, 2], 2), at: list(3, 0) },
      24,
    );
    const places: TestTensor = { type: 'int64', shape: [1, 2, 2], data: [1, 2, 4, 7] };
    await expectSameOutputs(
      ['MaxUnpool', ['x', 'at'], ['y'], { kernel_shape: [2], strides: [2] }],
      { x: randomTensor([1, 2, 2], 1), at: places },
      17,
    );
    for (const [inputs, strides] of [
      [['x', 'at'], [1]],
      [['x', 'at', 'size'], [2]],
    ] as const) {
      const bytes = buildModel({
        tensors: { x: randomTensor([1, 2, 2], 1), at: places, size: list(1, 2, 9) },
        nodes: [['MaxUnpool', inputs, ['y'], { kernel_shape: [2], strides }]],
        outputs: ['y'],
      });
      const build = () =>
        buildTrainingStep(bytes, { loss: { kind: 'output', name: 'y' }, optimizer: 'sgd', trainable: ['x'] });
      expect(build).toThrow(/MaxUnpool (of windows that overlap|into)/);
    }
  });
});

it('Einsum of three and four operands, one of them broadcast, one summed alone', async () => {
  await checkGradients({
    tensors: {
      a: randomTensor([2, 3], 1),
      b: randomTensor([3, 4], 2),
      c: randomTensor([4, 2, 2], 3),
      d: randomTensor([2], 4),
    },
    nodes: [
      ['Einsum', ['a', 'b', 'c'], ['y'], { equation: 'ij,jk,kil->l' }],
      ['Einsum', ['a', 'b', 'c', 'd'], ['z'], { equation: 'ij,jk,kim,l->jm' }],
    ],
    outputs: ['y', 'z'],
  });
});
