import { PruneError } from '@synaprune/core';
import {
  create,
  decodeModel,
  encodeModel,
  SparseTensorProtoSchema,
  TensorProtoSchema,
} from '@synaprune/onnx';
import { buildModel } from '@synaprune/onnx/graph';
import { describe, expect, it } from 'vitest';
import { randomTensor, type TestModel } from '../testing/models.js';
import { after, untrainable } from '../testing/untrainable-models.js';
import { buildTrainingStep } from './build-training-step.js';

/** The message of what is thrown, and its code or class. */
function refusalOf(model: TestModel, options: object = {}): [string, string] {
  try {
    buildTrainingStep(buildModel(model), { loss: 'mse', optimizer: 'sgd', ...options });
  } catch (error) {
    return [error instanceof PruneError ? error.code : (error as Error).name, (error as Error).message];
  }
  return ['built', ''];
}

describe('what cannot be trained through is said with operator, node, reason and remedy', () => {
  for (const [what, [model, place, why, instead]] of Object.entries(untrainable)) {
    it(what, () => {
      const [code, message] = refusalOf(model);
      expect(message.replace(/^the gradient of /, '').slice(0, place.length)).toBe(place);
      const [reason, ...remedy] = message.split('; ');
      expect(reason).toMatch(why);
      expect(remedy.join('; ')).toMatch(instead);
      expect(code).toBe('unsupported-operator');
    });
  }

  it('names a node without a name by what it computes', () => {
    const model = decodeModel(buildModel(after([['Warp', ['h'], ['y']]])));
    for (const node of model.graph!.node) node.name = '';
    const build = () => buildTrainingStep(encodeModel(model), { loss: 'mse', optimizer: 'sgd' });
    expect(build).toThrow(/^the node that computes "y" \(Warp\): Warp has no place/);
  });
});

describe('types that an operator does not take', () => {
  const whole = { type: 'int64', shape: [4, 4], data: new Array<number>(16).fill(1) } as const;
  const flag = { type: 'bool', shape: [2], data: [1, 0] } as const;
  const image = { type: 'int64', shape: [1, 2, 4], data: new Array<number>(8).fill(1) } as const;
  const kernel = { type: 'int64', shape: [2, 1, 2], data: [1, 1, 1, 1] } as const;
  it.each([
    ['MatMul', ['h', 'whole'], {}, 'float32 meets int64'],
    ['Gemm', ['h', 'whole'], {}, 'float32 meets int64'],
    ['Einsum', ['h', 'whole'], { equation: 'ij,jk->ik' }, 'float32 meets int64'],
    ['Sigmoid', ['whole'], {}, 'it is for floats'],
    ['Softmax', ['whole'], {}, 'it is for floats'],
    ['Conv', ['image', 'image'], {}, 'it is for floats'],
    ['ConvTranspose', ['image', 'kernel'], {}, 'it is for floats'],
    ['Gather', ['h', 'flag'], {}, 'indices are int32 or int64'],
    ['GatherElements', ['h', 'h'], {}, 'indices are int32 or int64'],
    ['GatherND', ['h', 'h'], {}, 'indices are int32 or int64'],
    ['ScatterElements', ['h', 'h', 'h'], {}, 'indices are int32 or int64'],
    ['ScatterND', ['h', 'h', 'h'], {}, 'indices are int32 or int64'],
  ] as const)('%s of %j', (op, inputs, attributes, reason) => {
    const model = after(
      [
        [op, inputs, ['z'], attributes],
        ['Cast', ['z'], ['c'], { to: 1 }],
        ['Add', ['c', 'h'], ['y']],
      ],
      {
        tensors: { whole, flag, image, kernel },
      },
    );
    const [code, message] = refusalOf(model);
    expect(code).toBe('bad-model');
    expect(message).toContain(`(${op}): ${op} of `);
    expect(message).toContain(reason);
  });
});

describe('tensors and inputs that do not fit', () => {
  it.each(['float64'] as const)('says that weights are %s', (type) => {
    const model = after([['Identity', ['h'], ['y']]]);
    expect(
      refusalOf({
        ...model,
        inputs: { x: { shape: [2, 3], type } },
        tensors: { w: { ...randomTensor([3, 4]), type } },
      }),
    ).toEqual([
      'unsupported-operator',
      `tensor "w" is ${type}, and a training step trains float32, float16 and bfloat16 only; convert the model to float32 (in PyTorch model.float() before the export)`,
    ]);
  });

  it('tells that weights of float64 stay as they are beside those that are trained', () => {
    const model = after(
      [
        ['Cast', ['v'], ['f'], { to: 1 }],
        ['MatMul', ['h', 'f'], ['y']],
      ],
      { tensors: { v: { ...randomTensor([4, 2]), type: 'float64' } } },
    );
    const build = (options: object) =>
      buildTrainingStep(buildModel(model), { loss: 'mse', optimizer: 'sgd', ...options }).notices;
    expect(build({})).toEqual([
      {
        code: 'not-float32',
        message:
          '"v" is of float64, and a training step trains float32, float16 and bfloat16 only, so they stay as they are; convert the model to float32 to train them',
        weights: ['v'],
      },
    ]);
    expect(build({ trainable: 'w' })).toEqual([]);
  });

  it('says that a weight which was named is float64', () => {
    const model = after(
      [
        ['Cast', ['v'], ['f'], { to: 1 }],
        ['Add', ['h', 'f'], ['y']],
      ],
      {
        tensors: { v: { ...randomTensor([4]), type: 'float64' } },
      },
    );
    expect(refusalOf(model, { trainable: ['w', 'v'] })[1]).toMatch(/^tensor "v" is float64/);
  });

  it('says that the exporter wrote a batch of 1, and what would do', () => {
    const model = { ...after([['Identity', ['h'], ['y']]]), inputs: { x: { shape: [1, 3] } } };
    expect(refusalOf(model, { inputs: { x: [16, 3] } })).toEqual([
      'RangeError',
      'buildTrainingStep: input "x" is declared with [1, 3], got the shape [16, 3] in inputs: the exporter wrote a batch of 1 into the model; export it with a dynamic first axis, or build the step for batches of 1',
    ]);
  });

  it('reads past what is no tensor, and says so where it is asked for', () => {
    const model = decodeModel(
      buildModel(after([['Identity', ['h'], ['y']]], { inputs: { s: { shape: [] } } })),
    );
    model.graph!.input[1]!.type!.value = { case: undefined };
    const options = { loss: 'mse', optimizer: 'sgd' } as const;
    expect(buildTrainingStep(encodeModel(model), options).weights).toHaveLength(1);
    model.graph!.node[1]!.input = ['s'];
    expect(() => buildTrainingStep(encodeModel(model), options)).toThrow(
      'input "s" is no tensor, and a training step takes tensors only; export the model with tensors as inputs',
    );
  });

  it('says that a tensor is a sparse one', () => {
    const model = decodeModel(buildModel(after([['Add', ['h', 's'], ['y']]])));
    model.graph!.sparseInitializer = [
      create(SparseTensorProtoSchema, {
        dims: [4n],
        values: create(TensorProtoSchema, { name: 's', dims: [1n], dataType: 1, floatData: [2] }),
        indices: create(TensorProtoSchema, { dims: [1n], dataType: 7, int64Data: [3n] }),
      }),
    ];
    expect(() => buildTrainingStep(encodeModel(model), { loss: 'mse', optimizer: 'sgd' })).toThrow(
      /^tensor "s" is written as a sparse one/,
    );
  });
});

it('says which outputs there are where another is named', () => {
  expect(refusalOf(after([['Relu', ['h'], ['y']]]), { outputs: 'z' })).toEqual([
    'RangeError',
    'buildTrainingStep: the model has no output "z"; it has "y"',
  ]);
});
