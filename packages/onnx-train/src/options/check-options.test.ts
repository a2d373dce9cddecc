import { buildModel } from '@synaprune/onnx/graph';
import { describe, expect, it } from 'vitest';
import { buildTrainingStep, checkTrainingStepOptions, constantRate } from '../index.js';
import { randomTensor } from '../testing/models.js';

const model = buildModel({
  inputs: { x: { shape: [4, 3] } },
  tensors: { w: randomTensor([3, 2], 1) },
  nodes: [['MatMul', ['x', 'w'], ['y']]],
  outputs: ['y'],
});
const options = { loss: 'mse', optimizer: 'sgd' } as const;

/** What is said of an option, beside the two that have to be there. */
function refusal(more: object): string {
  try {
    buildTrainingStep(model, { ...options, ...more } as never);
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`;
  }
  return 'taken';
}

describe('checkTrainingStepOptions', () => {
  it.each([
    ['caller to be a string', [Symbol('train'), options]],
    ['further to be a list of names', ['train', options, null]],
    ['further to be a list of names', ['train', options, [3]]],
    ['settled to be a list of names', ['train', options, [], 'loss']],
    ['checkOwn to be a function', ['train', options, [], [], {}]],
  ])('needs %s', (needed, given) => {
    const call = () => (checkTrainingStepOptions as (...all: unknown[]) => void)(...given);
    expect(call).toThrow(`checkTrainingStepOptions needs ${needed}, got `);
    expect(call).toThrow(TypeError);
  });
});

describe('options of a training step', () => {
  for (const [more, said] of [
    [
      { optimiser: 'sgd' },
      'TypeError: buildTrainingStep has no option "optimiser"; did you mean "optimizer"?',
    ],
    [
      { optimizer: { kind: 'sgd', momentun: 0.9 } },
      'TypeError: buildTrainingStep has no option "momentun" in optimizer of kind "sgd"; did you mean "momentum"?',
    ],
    [
      { optimizer: { kind: 'adamw', weight_decay: 0.1 } },
      'TypeError: buildTrainingStep has no option "weight_decay" in optimizer of kind "adamw"; did you mean "weightDecay"?',
    ],
    [
      { optimizer: { kind: 'adam', betas: [0.8, 0.9] } },
      'TypeError: buildTrainingStep has no option "betas" in optimizer of kind "adam"; did you mean "beta1"? It takes kind, beta1, beta2, epsilon, weightDecay (betas: they are beta1 and beta2)',
    ],
    [
      { optimizer: { kind: 'sgd', learningRate: 0.1 } },
      'TypeError: buildTrainingStep has no option "learningRate" in optimizer of kind "sgd"; it takes kind, momentum, nesterov, weightDecay (learningRate: the learning rate is no setting of the optimizer: createTrainer and step take it as learningRate, and a step graph is fed it)',
    ],
    [{ optimizer: { kind: 'adan' } }, 'did you mean "adam"?'],
    [
      { optimizer: 'lion' },
      'TypeError: buildTrainingStep needs optimizer to be one of sgd, adam, adamw, rmsprop, adagrad; got "lion"',
    ],
    [{ optimizer: undefined }, 'TypeError: buildTrainingStep needs optimizer to be one of'],
    [
      { loss: { kind: 'crossEntropy', from: 'softmax' } },
      'needs loss.from to be one of logits, probabilities; got "softmax"',
    ],
    [{ loss: { kind: 'crossEntropy', target: 'indices' } }, 'did you mean "targets"?'],
    [{ loss: { kind: 'mse', delta: 1 } }, 'has no option "delta" in loss of kind "mse"; it takes kind'],
    [
      { loss: { kind: 'output' } },
      'needs loss.name to be the name of the output that is the loss, got undefined',
    ],
    [{ loss: 'hinge' }, 'TypeError: buildTrainingStep needs loss to be one of mse, mae, huber'],
    [{ loss: 'crossentropy' }, 'did you mean "crossEntropy"?'],
    [
      { clip: { clipNorm: 1 } },
      'TypeError: buildTrainingStep has no option "clipNorm" in clip; did you mean "norm"?',
    ],
    [{ clip: 1 }, 'TypeError: buildTrainingStep needs clip to be an object, got 1'],
    [{ masks: { typ: 'bool' } }, 'has no option "typ" in masks; did you mean "type"?'],
    [{ masks: { type: 'uint8' } }, 'needs masks.type to be one of float32, bool; got "uint8"'],
    [{ masks: { zeroed: 1 } }, 'needs masks.zeroed to be true or false, got 1'],
    [{ rules: { Relu: { gradients: () => [] } } }, 'in rules["Relu"]; did you mean "gradient"?'],
    [{ rules: { Relu: { gradient: 1 } } }, 'needs rules["Relu"].gradient to be a function, got 1'],
    [{ rules: [] }, 'needs rules to be an object by operator, got an array of 0'],
    [{ inputs: { x: 4 } }, 'needs inputs["x"] to be a shape such as [32, 784], got 4'],
    [
      { inputs: { x: [4, -1] } },
      'RangeError: buildTrainingStep needs inputs["x"][1] to be a whole number of at least 0',
    ],
    [
      { inputs: { x: [4, '3'] } },
      'TypeError: buildTrainingStep needs inputs["x"][1] to be a number, got "3"',
    ],
    [{ outputs: [] }, 'needs outputs to be a name or a list of names, got an empty list'],
    [{ outputs: ['y', 'y'] }, 'needs outputs once each, got "y" twice'],
    [{ trainable: [1] }, 'needs trainable to be names, patterns or functions of a weight, got 1'],
    [
      { masked: 'kernel' },
      'needs masked to be "kernels" or a list of names, patterns or functions, got "kernel"',
    ],
    [{ gradients: 'yes' }, 'needs gradients to be true, false or "dense", got "yes"'],
    [{ dropout: true }, 'needs dropout to be one of train, inference, coupled; got true'],
    [{ batchNormalization: 'eval' }, 'needs batchNormalization to be one of train, inference; got "eval"'],
  ] as const) {
    it(`refuse ${JSON.stringify(more)}`, () => {
      expect(refusal(more)).toContain(said);
    });
  }

  it('refuse what lies out of range', () => {
    const ranges = {
      optimizer: [
        { kind: 'adam', beta1: 1 },
        { kind: 'adam', beta2: Number.NaN },
        { kind: 'adam', epsilon: 0 },
        { kind: 'sgd', momentum: -1 },
        { kind: 'sgd', nesterov: true },
        { kind: 'sgd', weightDecay: -0.1 },
        { kind: 'rmsprop', decay: 1 },
      ],
      clip: [{ norm: 0 }, { norm: Number.POSITIVE_INFINITY }, { value: -1 }],
      loss: [
        { kind: 'huber', delta: 0 },
        { kind: 'crossEntropy', axis: 0.5 },
        { kind: 'crossEntropy', axis: 2 },
      ],
    };
    for (const [name, values] of Object.entries(ranges)) {
      for (const value of values) {
        expect(refusal({ [name]: value }), JSON.stringify(value)).toMatch(/^RangeError: /);
      }
    }
  });

  it('refuse what float32 holds as infinite or as 0', () => {
    const select = 'w';
    const [large, small] = [1e39, 1e-60];
    const unheld = {
      clip: [{ norm: large }, { value: large }, { norm: small }],
      optimizer: [
        { kind: 'sgd', weightDecay: large },
        { kind: 'sgd', weightDecay: small },
        { kind: 'adam', epsilon: large },
        { kind: 'adam', beta2: 1 - 1e-12 },
        { kind: 'adagrad', learningRateDecay: large },
        { kind: 'adagrad', initial: large },
      ],
      parameterGroups: [
        [{ select, learningRateFactor: large }],
        [{ select, learningRateFactor: small }],
        [{ select, weightDecay: large }],
      ],
      loss: [
        [{ loss: 'mse', output: 'y', weight: large }],
        { kind: 'huber', delta: small },
        { kind: 'binaryCrossEntropy', positiveWeight: large },
        { kind: 'binaryCrossEntropy', positiveWeight: [1, small] },
        { kind: 'crossEntropy', classWeights: [large, 1] },
        { kind: 'crossEntropy', classWeights: [small, 1] },
        { kind: 'crossEntropy', labelSmoothing: 1 - 1e-12 },
        ...[1e25, large, 1e-30, small].map((temperature) => ({ kind: 'distillation', temperature })),
      ],
    };
    for (const [name, values] of Object.entries(unheld)) {
      for (const value of values) {
        expect(refusal({ [name]: value }), JSON.stringify(value)).toMatch(/^RangeError: .*float32/);
      }
    }
    expect(() => constantRate(small)).toThrow('constantRate needs rate to be a number that float32 holds');
    expect(refusal({ clip: { norm: 3e38 }, loss: { kind: 'huber', delta: 1e-30 } })).toBe('taken');
  });

  it('refuse holes in lists of numbers', () => {
    // biome-ignore lint/suspicious/noSparseArray: that is what is refused
    const holes = [1, , 3];
    for (const loss of [
      { kind: 'crossEntropy', classWeights: holes },
      { kind: 'binaryCrossEntropy', positiveWeight: holes },
    ]) {
      expect(refusal({ loss })).toMatch(/s?Weights?\[1\] to be a number, got undefined/);
    }
  });

  it('take undefined for what is left out', () => {
    expect(refusal({ clip: undefined, masks: undefined, masked: undefined, rules: undefined })).toBe('taken');
  });

  it('are checked in the name of who takes them, among options of its own', () => {
    expect(() => checkTrainingStepOptions('train', { ...options, rate: 1 }, ['rate'])).not.toThrow();
    expect(() => checkTrainingStepOptions('train', { ...options, masks: {} }, [], ['masks'])).toThrow(
      'train has no option "masks"',
    );
    expect(() => checkTrainingStepOptions('train', { ...options, ratte: 1 }, ['rate'])).toThrow(
      'train has no option "ratte"; did you mean "rate"? It takes rate, inputs, loss',
    );
  });
});

it('takes bytes, and nothing else for them', () => {
  expect(() => buildTrainingStep('model.onnx' as never, options)).toThrow(
    'buildTrainingStep needs model to be the bytes of an .onnx file, a Uint8Array, got "model.onnx"',
  );
});
