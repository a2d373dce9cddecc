import { create, decodeModel, encodeModel, type TensorProto, TensorProtoSchema } from '@synaprune/onnx';
import { buildModel, codeOf, type ElementType } from '@synaprune/onnx/graph';
import { describe, expect, it } from 'vitest';
import { buildTrainingStep } from '../step/build-training-step.js';
import { checkGradients } from '../testing/check-gradients.js';
import { numbers, randomTensor, type TestModel, type TestTensor } from '../testing/models.js';
import { startTraining } from '../testing/runtime.js';

/** Numbers that each narrow float holds exactly: 4 bits of a fraction. */
function exact(shape: readonly number[], seed: number): TestTensor {
  const { data } = randomTensor(shape, seed);
  return { shape, data: data.map((value) => Math.round(value * 16) / 16) };
}

/** Two layers in a type throughout, a cast to float32 and back between them, as exporters write for a softmax. */
function network(type: ElementType): TestModel {
  const of = (tensor: TestTensor): TestTensor => ({ ...tensor, type });
  return {
    inputs: { x: { shape: [2, 6], type } },
    tensors: {
      u: of(exact([6, 16], 1)),
      b: of(exact([16], 2)),
      v: of(exact([16, 4], 3)),
      half: of({ shape: [], data: [0.5] }),
    },
    nodes: [
      ['MatMul', ['x', 'u'], ['h0']],
      ['Add', ['h0', 'b'], ['h1']],
      ['Cast', ['h1'], ['h2'], { to: codeOf('float32') }],
      ['Softmax', ['h2'], ['h3']],
      ['Cast', ['h3'], ['h4'], { to: codeOf(type) }],
      ['CastLike', ['h4', 'b'], ['h5']],
      ['Mul', ['h5', 'half'], ['h6']],
      ['MatMul', ['h6', 'v'], ['y']],
    ],
    outputs: ['y'],
  };
}

const declared = (model: TestModel, type: ElementType): Uint8Array => {
  const outputs = Object.fromEntries(model.outputs.map((name) => [name, { type, shape: [2, 4] }]));
  return buildModel({ ...model, outputs });
};
const options = { loss: 'mse', optimizer: 'adam', gradients: true, minElements: 0 } as const;
const tensorOf = (bytes: Uint8Array, name: string): TensorProto =>
  decodeModel(bytes).graph!.initializer.find((tensor) => tensor.name === name)!;
const bitsOf = (bytes: Uint8Array, name: string): readonly number[] => {
  const { rawData } = tensorOf(bytes, name);
  return [...new Uint16Array(rawData.slice().buffer)];
};

describe.each(['float16', 'bfloat16'] as const)('a model of %s', (type) => {
  const narrow = declared(network(type), type);
  const wide = declared(network('float32'), 'float32');

  it('is stepped as the same model in float32 is, bit for bit, and says so', async () => {
    const step = buildTrainingStep(narrow, options);
    expect(step.notices.map(({ code, weights }) => [code, weights])).toEqual([
      ['computed-in-float32', ['u', 'b', 'v', 'x', 'y']],
    ]);
    expect(step.inputs.map(({ dtype, modelType }) => [dtype, modelType])).toEqual([
      ['float32', type],
      ['float32', type],
    ]);
    expect(step.weights.map(({ name, mask }) => [name, mask !== undefined])).toEqual([
      ['u', true],
      ['b', false],
      ['v', true],
    ]);
    const data = {
      x: { shape: [2, 6], data: numbers(12, 5) },
      'synaprune/target/y': { shape: [2, 4], data: numbers(8, 6) },
    };
    const results = await Promise.all(
      [step, buildTrainingStep(wide, options)].map(async (each) => {
        const training = await startTraining(each);
        for (let count = 0; count < 3; count += 1) await training.run(data, 0.05);
        await training.release();
        return [...training.weights.values(), ...training.slots.values()].map((tensor) => tensor.data);
      }),
    );
    expect(results[0]).toEqual(results[1]);
    expect(results[0]![0]).not.toEqual(network(type).tensors!.u!.data);
  });

  it('is exported as it came where nothing was learned, in raw data and in typed fields', () => {
    expect(buildTrainingStep(narrow, options).export(new Map())).toEqual(narrow);
    const message = decodeModel(narrow);
    const [u] = message.graph!.initializer as [TensorProto];
    message.graph!.initializer[0] = create(TensorProtoSchema, {
      name: 'u',
      dims: u.dims,
      dataType: u.dataType,
      int32Data: [...new Uint16Array(u.rawData.slice().buffer)],
    });
    const typed = encodeModel(message);
    const step = buildTrainingStep(typed, options);
    const initial = new Map(step.weights.map((weight) => [weight.name, weight.initial]));
    expect(step.export(initial)).toEqual(typed);
    expect(initial.get('u')).toEqual(buildTrainingStep(narrow, options).weights[0]!.initial);
    // A bit pattern that needs a longer varint than the one before.
    const other = step.export(new Map([['u', initial.get('u')!.map((value) => -value)]]));
    const again = buildTrainingStep(other, options).weights[0]!.initial;
    expect([...again]).toEqual([...initial.get('u')!].map((value) => -value));
  });
});

const few = (type: ElementType): Uint8Array =>
  buildModel({
    inputs: { x: { shape: [1, 4], type } },
    tensors: { w: { shape: [4, 2], type, data: [1, 2, 3, 4, 5, 6, 7, 8] } },
    nodes: [['MatMul', ['x', 'w'], ['y']]],
    outputs: ['y'],
  });

it.each([
  // Ties go to the even one; half of the smallest is nothing, more than half is the smallest; the largest stays finite.
  [
    'float16',
    [1 + 2 ** -11, 1 + 3 * 2 ** -11, 2 ** -25, 2 ** -25 * 1.25, -(2 ** -26), 65519, 0, -0],
    [0x3c00, 0x3c02, 0, 1, 0x8000, 0x7bff, 0, 0x8000],
  ],
  [
    'bfloat16',
    [1 + 2 ** -8, 1 + 3 * 2 ** -8, 2 ** -134, 2 ** -133, -1.5, 2 ** 127, 0, -0],
    [0x3f80, 0x3f82, 0, 1, 0xbfc0, 0x7f00, 0, 0x8000],
  ],
] as const)('%s is exported rounded to the nearest, by bits written out', (type, values, bits) => {
  const step = buildTrainingStep(few(type), options);
  expect(bitsOf(step.export(new Map([['w', Float32Array.from(values)]])), 'w')).toEqual(bits);
});

it('what a narrow float cannot hold is refused with value and place, and infinities and NaN are themselves', () => {
  const step = buildTrainingStep(few('float16'), options);
  const values = Float32Array.of(1, 2, 3, 65520, 5, 6, 7, 8);
  expect(() => step.export(new Map([['w', values]]))).toThrow(
    new RangeError(
      '"w" is float16, and value 3, 65520, is beyond what that can hold; convert the model to float32, or train with a ' +
        'lower learning rate or with clip',
    ),
  );
  values[3] = Number.POSITIVE_INFINITY;
  values[4] = Number.NaN;
  expect(bitsOf(step.export(new Map([['w', values]])), 'w').slice(3, 5)).toEqual([0x7c00, 0x7e00]);
  expect(() =>
    buildTrainingStep(few('bfloat16'), options).export(new Map([['w', values.map(() => 3.4e38)]])),
  ).toThrow('is bfloat16, and value 0');
});

it('weights of float16 beside others of float32, cast where they are read, train together and rightly', async () => {
  const model: TestModel = {
    tensors: {
      x: randomTensor([3, 4], 1),
      u: { ...exact([4, 5], 2), type: 'float16' },
      v: randomTensor([5, 2], 3),
    },
    nodes: [
      ['Cast', ['u'], ['wide'], { to: codeOf('float32') }],
      ['MatMul', ['x', 'wide'], ['h']],
      ['Tanh', ['h'], ['t']],
      ['MatMul', ['t', 'v'], ['y']],
    ],
    outputs: ['y'],
  };
  const step = buildTrainingStep(buildModel(model), { loss: 'mse', optimizer: 'sgd', trainable: ['u', 'v'] });
  expect(step.weights.map(({ name }) => name)).toEqual(['u', 'v']);
  await checkGradients({ ...model, by: ['x', 'v'] });
  const twin = { ...model, tensors: { ...model.tensors, u: exact([4, 5], 2) } };
  await checkGradients({ ...twin, by: ['u'] });
});

it('branches, fills and numbers of narrow types are widened with the rest', () => {
  const type = codeOf('float16');
  const model = buildModel({
    inputs: { x: { shape: [2, 2], type: 'float16' } },
    tensors: {
      w: { shape: [2, 2], type: 'float16', data: [1, 2, 3, 4] },
      s: { shape: [2], type: 'int64', data: [2, 2] },
    },
    nodes: [
      [
        'ConstantOfShape',
        ['s'],
        ['fill'],
        { value: { tensor: { shape: [1], type: 'float16', data: [0.5] } } },
      ],
      ['Constant', [], ['c'], { value: { tensor: { shape: [2], type: 'float16', data: [3, 4] } } }],
      ['Cast', ['s'], ['sizes'], { to: type }],
      ['MatMul', ['x', 'w'], ['h0']],
      ['Add', ['h0', 'fill'], ['h1']],
      ['Mul', ['h1', 'c'], ['h2']],
      ['Div', ['h2', 'sizes'], ['y']],
    ],
    outputs: ['y'],
  });
  const step = buildTrainingStep(model, { loss: 'mse', optimizer: 'sgd' });
  const { graph } = decodeModel(step.model);
  const types = new Set(graph!.initializer.map(({ dataType }) => dataType));
  expect(types.has(type)).toBe(false);
  expect(graph!.node.some(({ opType }) => opType === 'Cast')).toBe(false);
});
