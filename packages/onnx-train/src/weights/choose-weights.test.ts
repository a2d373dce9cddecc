import { buildModel } from '@synaprune/onnx/graph';
import { describe, expect, it } from 'vitest';
import type { TrainingStepOptions } from '../options/options.js';
import { buildTrainingStep } from '../step/build-training-step.js';
import { randomTensor, type TestModel, type TestNode } from '../testing/models.js';

const build = (model: TestModel, more: Partial<TrainingStepOptions> = {}) =>
  buildTrainingStep(buildModel(model), { loss: 'mse', optimizer: 'sgd', ...more });

/** A network with everything that cannot be trained. */
const model: TestModel = {
  inputs: { x: { shape: [1, 2, 4, 4] } },
  tensors: {
    kernel: randomTensor([2, 2, 1, 1], 1),
    'norm.scale': randomTensor([2], 2),
    'norm.shift': randomTensor([2], 3),
    'norm.mean': randomTensor([2], 4),
    'norm.variance': { shape: [2], data: [1, 2] },
    scales: { shape: [4], data: [1, 1, 2, 2] },
    ratio: { shape: [], data: [0.5] },
    half: { ...randomTensor([1, 2, 1, 1], 5), type: 'float64' },
    mask: { shape: [8], data: [0, 0, 0, 0, 0, 0, 0, Number.NEGATIVE_INFINITY] },
    loose: randomTensor([8], 6),
    size: { shape: [1], data: [1], type: 'int64' },
  },
  nodes: [
    ['Conv', ['x', 'kernel'], ['c']],
    ['BatchNormalization', ['c', 'norm.scale', 'norm.shift', 'norm.mean', 'norm.variance'], ['n']],
    ['Resize', ['n', '', 'scales'], ['r']],
    ['Dropout', ['r', 'ratio'], ['d']],
    ['Cast', ['half'], ['wide'], { to: 1 }],
    ['Mul', ['d', 'wide'], ['m']],
    ['Add', ['m', 'mask'], ['a']],
    ['Softmax', ['a'], ['y']],
    ['Mul', ['m', 'loose'], ['aside']],
  ],
  outputs: ['y'],
};

describe('what trainable names and cannot be trained says why:', () => {
  it.each([
    [
      'scales',
      'unsupported',
      '"scales" cannot be trained: setting of Resize, which is read before a step runs',
    ],
    [
      'ratio',
      'unsupported',
      '"ratio" cannot be trained: setting of Dropout, which is read before a step runs',
    ],
    [
      'norm.mean',
      'unsupported',
      '"norm.mean" cannot be trained: statistic of BatchNormalization, which training keeps itself',
    ],
    [
      ['kernel', 'norm.variance'],
      'unsupported',
      '"norm.variance" cannot be trained: statistic of BatchNormalization, which training keeps itself',
    ],
    [
      'half',
      'unsupported-operator',
      'tensor "half" is float64, and a training step trains float32, float16 and bfloat16 only; convert the model to float32 ' +
        '(in PyTorch model.float() before the export)',
    ],
    ['mask', 'unsupported', '"mask" cannot be trained: operand of Add, with values that are not finite'],
    ['size', 'unsupported', '"size" cannot be trained: it is int64, and only float32 is'],
    [
      'c',
      'unsupported',
      '"c" cannot be trained: it is computed, by node "conv0" (Conv), and no tensor of the file',
    ],
    ['x', 'unsupported', '"x" cannot be trained: it is an input of the model, and no tensor of the file'],
    ['loose', 'no-weights', 'nothing that could be trained leads to the loss'],
    [['kernel', 'loose'], 'unmatched-selector', 'the loss does not depend on "loose", only on "kernel"'],
    [
      /^half|mask$/,
      'unsupported',
      'trainable: /^half|mask$/ picks only what cannot be trained: "half" (operand of Mul, of type float64: only ' +
        'float32 is trained), "mask" (operand of Add, with values that are not finite)',
    ],
    [
      ({ name }: { readonly name: string }) => name === 'ratio',
      'unsupported',
      'trainable: a predicate picks only what cannot be trained: "ratio" (setting of Dropout, which is read before ' +
        'a step runs)',
    ],
    [
      'norm.scal',
      'unmatched-selector',
      'no weight matches "norm.scal"; did you mean "norm.scale"; there are "kernel", "norm.scale", "norm.shift", "loose"',
    ],
  ] as const)('%s', (trainable, code, message) => {
    expect(() => build(model, { trainable: trainable as never })).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(message) }),
    );
  });

  it('but a pattern that picks others as well takes those, and the list of tensors says it of the rest', () => {
    const { weights, tensors } = build(model, { trainable: /^norm/ });
    expect(weights.map(({ name }) => name)).toEqual(['norm.scale', 'norm.shift']);
    expect(tensors.find(({ name }) => name === 'norm.mean')).toMatchObject({
      trained: false,
      reason: 'statistic of BatchNormalization, which training keeps itself',
    });
  });
});

describe('what masked names and is not trained says why:', () => {
  it.each([
    [{}, ['norm.mean'], '"norm.mean" gets no mask, since it is not trained: statistic of BatchNormalization'],
    [{}, [/ratio/], '"ratio" gets no mask, since it is not trained: setting of Dropout'],
    [
      { trainable: /^norm/ },
      ['kernel'],
      '"kernel" gets no mask, since it is not trained: it is not in trainable',
    ],
    [
      { trainable: [/^norm/, /loose|kernel/] },
      ['loose'],
      '"loose" gets no mask, since it is not trained: the loss does not depend on it',
    ],
    [{}, ['nothing'], 'no weight matches "nothing"; there are "kernel", "norm.scale", "norm.shift"'],
  ] as const)('%o, %o', (more, masked, message) => {
    expect(() => build(model, { ...more, masked } as never)).toThrow(
      expect.objectContaining({
        code: 'unmatched-selector',
        message: expect.stringContaining(message),
      }),
    );
  });
});

describe('a weight is found', () => {
  it('through casts to another type and back, of the type that products are computed in', () => {
    for (const to of [10, 11]) {
      const { weights } = build({
        inputs: { x: { shape: [2, 8] } },
        tensors: { w: randomTensor([8, 16], 1) },
        nodes: [
          ['Cast', ['w'], ['narrow'], { to }],
          ['Cast', ['x'], ['input'], { to }],
          ['MatMul', ['input', 'narrow'], ['product']],
          ['Cast', ['product'], ['y'], { to: 1 }],
        ],
        outputs: ['y'],
      });
      expect(weights.map(({ name, mask }) => [name, mask !== undefined])).toEqual([['w', true]]);
    }
  });

  it('among 4,000 that are joined, through 4,000 views of each and of all', () => {
    const range = Array.from({ length: 4_000 }, (_, at) => at);
    const model: TestModel = {
      inputs: { x: { shape: [1, 2] } },
      tensors: Object.fromEntries(range.map((at) => [`w${at}`, randomTensor([2, 1], at + 1)])),
      nodes: [
        ...range.map((at): TestNode => ['Identity', [`w${at}`], [`own${at}`]]),
        ['Concat', range.map((at) => `own${at}`), ['all0'], { axis: 1 }],
        ...range.map((at): TestNode => ['Identity', [`all${at}`], [`all${at + 1}`]]),
        ...range.map((at): TestNode => ['Identity', ['all0'], [`unread${at}`]]),
        ['MatMul', ['x', 'all4000'], ['y']],
      ],
      outputs: ['y'],
    };
    const { weights } = build(model, { minElements: 0 });
    expect(weights).toHaveLength(4_000);
    expect(weights.every(({ mask }) => mask !== undefined)).toBe(true);
  });
});
