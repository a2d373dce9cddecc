import {
  create,
  decodeModel,
  encodeModel,
  OperatorSetIdProtoSchema,
  TensorProtoSchema,
} from '@synaprune/onnx';
import { buildModel, codeOf, type ElementType } from '@synaprune/onnx/graph';
import { describe, expect, it } from 'vitest';
import { randomTensor, type TestModel, type TestNode } from '../testing/models.js';
import { startTraining } from '../testing/runtime.js';
import { buildTrainingStep } from './build-training-step.js';

const start = (bytes: Uint8Array) =>
  startTraining(buildTrainingStep(bytes, { loss: 'mse', optimizer: 'sgd' }));

/** The loss of a step and the weights after it, for a model whose output is `[4, 2]`. */
async function trained(bytes: Uint8Array) {
  const training = await start(bytes);
  const data = { x: randomTensor([4, 3], 7), 'synaprune/target/y': randomTensor([4, 2], 8) };
  const { loss } = await training.run(data, 0.1);
  await training.release();
  return { loss, weights: [...training.weights.values()].map((weight) => weight.data) };
}

const around = (nodes: readonly TestNode[], tensors: TestModel['tensors'], opset: number): TestModel => ({
  opset,
  inputs: { x: { shape: [4, 3] } },
  tensors: { w: randomTensor([3, 2], 1), ...tensors },
  nodes: [['MatMul', ['x', 'w'], ['h']], ...nodes],
  outputs: ['y'],
});

const perRow = { shape: [4], data: [1, 2, 0.5, 3] };
const columns = { shape: [4, 1], data: perRow.data };

describe('operators of version 6 and what they are now', () => {
  const pairs: Readonly<Record<string, readonly [old: TestModel, now: TestModel]>> = {
    'Gemm with a broadcast third operand': [
      {
        ...around([], { b: randomTensor([2], 2) }, 6),
        nodes: [['Gemm', ['x', 'w', 'b'], ['y'], { broadcast: 1 }]],
      },
      { ...around([], { b: randomTensor([2], 2) }, 17), nodes: [['Gemm', ['x', 'w', 'b'], ['y']]] },
    ],
    'Mul along an axis from the front': [
      around([['Mul', ['h', 'c'], ['y'], { broadcast: 1, axis: 0 }]], { c: perRow }, 6),
      around([['Mul', ['h', 'c'], ['y']]], { c: columns }, 17),
    ],
    'Pow along an axis from the front': [
      around(
        [
          ['Sigmoid', ['h'], ['s']],
          ['Pow', ['s', 'c'], ['y'], { broadcast: 1, axis: 0 }],
        ],
        { c: perRow },
        6,
      ),
      around(
        [
          ['Sigmoid', ['h'], ['s']],
          ['Pow', ['s', 'c'], ['y']],
        ],
        { c: columns },
        17,
      ),
    ],
    'Dropout that is told it is no training': [
      around([['Dropout', ['h'], ['y'], { is_test: 1 }]], {}, 6),
      around([['Dropout', ['h'], ['y']]], {}, 17),
    ],
    'BatchNormalization that is told it is no training': [
      around(
        [['BatchNormalization', ['h', 's', 's', 'm', 'v'], ['y'], { is_test: 1 }]],
        { s: randomTensor([2], 3), m: randomTensor([2], 4), v: { shape: [2], data: [1, 2] } },
        6,
      ),
      around(
        [['BatchNormalization', ['h', 's', 's', 'm', 'v'], ['y']]],
        { s: randomTensor([2], 3), m: randomTensor([2], 4), v: { shape: [2], data: [1, 2] } },
        17,
      ),
    ],
    'Cast to a type by its name, and what runtimes of version 1 wanted': [
      around(
        [
          ['Cast', ['h'], ['c'], { to: 'FLOAT' }],
          ['Relu', ['c'], ['y'], { consumed_inputs: [1] }],
        ],
        {},
        5,
      ),
      around([['Relu', ['h'], ['y']]], {}, 17),
    ],
    'Tile along one axis': [
      around(
        [
          ['Tile', ['h', 'two', 'one'], ['t']],
          ['Slice', ['t'], ['y'], { axes: [1], starts: [1], ends: [3] }],
        ],
        { two: { shape: [1], data: [2], type: 'int64' }, one: { shape: [1], data: [1], type: 'int64' } },
        5,
      ),
      around(
        [
          ['Concat', ['h', 'h'], ['t'], { axis: 1 }],
          ['Slice', ['t', 'one', 'three', 'one'], ['y']],
        ],
        { one: { shape: [1], data: [1], type: 'int64' }, three: { shape: [1], data: [3], type: 'int64' } },
        17,
      ),
    ],
  };
  for (const [what, [old, now]] of Object.entries(pairs)) {
    it(what, async () => {
      expect(await trained(buildModel(old))).toEqual(await trained(buildModel(now)));
    });
  }
});

describe('operators of versions to come', () => {
  const model = (opset: number) => around([['Softmax', ['h'], ['y']]], {}, opset);

  it.each([25, 26, 28, 40])('train as those of version 24 do, in version %i', async (opset) => {
    expect(await trained(buildModel(model(opset)))).toEqual(await trained(buildModel(model(24))));
  });

  it('are refused where a setting is new', () => {
    const newer = around([['Softmax', ['h'], ['y'], { temperature: 2 }]], {}, 29);
    expect(() => buildTrainingStep(buildModel(newer), { loss: 'mse', optimizer: 'sgd' })).toThrow(
      /^node "softmax1" \(Softmax\): it has the attribute "temperature", which Softmax did not have up to version 28/,
    );
  });
});

describe('types that are not float32', () => {
  const types = [
    ...(['float64', 'float16', 'bfloat16', 'int8', 'uint8', 'int16', 'uint16', 'int32', 'uint32'] as const),
    ...(['int64', 'uint64', 'bool'] as const),
  ];

  it.each(types)('a constant of %s is cast to float32', async (type) => {
    const model = (c: ElementType) =>
      around(
        [
          ['Cast', ['c'], ['f'], { to: 1 }],
          // No parameter's place, so that it is a constant as float32, too.
          ['Max', ['h', 'f'], ['y']],
        ],
        { c: { type: c, shape: [2], data: [1, 0] } },
        17,
      );
    expect(await trained(buildModel(model(type)))).toEqual(await trained(buildModel(model('float32'))));
  });

  it.each([
    ['int4', 1],
    ['uint4', 1],
    ['float8e4m3fn', 1],
    ['string', 0],
    ['complex64', 8],
    ['int2', 1],
    ['float4e2m1', 1],
  ] as const)('a tensor of %s is read where it only passes by', (type, sizeBytes) => {
    const message = decodeModel(buildModel(around([['Relu', ['h'], ['y']]], {}, 21)));
    const rawData = new Uint8Array(sizeBytes);
    message.graph!.initializer.push(
      create(TensorProtoSchema, { name: 'passing', dims: [1n], dataType: codeOf(type), rawData }),
    );
    const step = buildTrainingStep(encodeModel(message), { loss: 'mse', optimizer: 'sgd' });
    expect(step.weights.map(({ name }) => name)).toEqual(['w']);
  });

  it('float16 on the way between casts trains', async () => {
    const half = codeOf('float16');
    const model = around(
      [
        ['Cast', ['h'], ['h16'], { to: half }],
        ['Mul', ['h16', 'c'], ['m16']],
        ['Cast', ['m16'], ['y'], { to: 1 }],
      ],
      { c: { type: 'float16', shape: [], data: [2] } },
      17,
    );
    const full = around([['Mul', ['h', 'c'], ['y']]], { c: { shape: [], data: [2] } }, 17);
    const [narrow, wide] = [await trained(buildModel(model)), await trained(buildModel(full))];
    // Three digits are what float16 has.
    expect(narrow.loss / wide.loss).toBeCloseTo(1, 2);
    expect(narrow.weights[0]![0]! / wide.weights[0]![0]!).toBeCloseTo(1, 2);
  });

  it.each(['int32', 'int64', 'uint8', 'uint32', 'uint64'] as const)(
    'an exponent of %s raises as one of float32 does',
    async (type) => {
      const model = (exponent: ElementType) =>
        around(
          [
            ['Sigmoid', ['h'], ['s']],
            ['Pow', ['s', 'p'], ['y']],
          ],
          { p: { type: exponent, shape: [2], data: [3, 2] } },
          17,
        );
      const [whole, float] = [
        await trained(buildModel(model(type))),
        await trained(buildModel(model('float32'))),
      ];
      expect(whole.loss).toBeCloseTo(float.loss, 6);
      expect(whole.weights[0]![1]).toBeCloseTo(float.weights[0]![1]!, 6);
    },
  );

  it('a frozen part that is quantised stays as it is', async () => {
    const model = around(
      [
        ['DequantizeLinear', ['q', 'scale'], ['d']],
        ['MatMul', ['h', 'd'], ['y']],
      ],
      { q: { type: 'int8', shape: [2, 2], data: [1, -2, 3, 4] }, scale: { shape: [], data: [0.5] } },
      17,
    );
    const plain = around(
      [['MatMul', ['h', 'd'], ['y']]],
      { d: { shape: [2, 2], data: [0.5, -1, 1.5, 2] } },
      17,
    );
    const options = { loss: 'mse', optimizer: 'sgd', trainable: ['w'] } as const;
    const loss = async (bytes: Uint8Array) => {
      const training = await startTraining(buildTrainingStep(bytes, options));
      const data = { x: randomTensor([4, 3], 7), 'synaprune/target/y': randomTensor([4, 2], 8) };
      const { loss } = await training.run(data, 0.1);
      await training.release();
      return loss;
    };
    expect(await loss(buildModel(model))).toBe(await loss(buildModel(plain)));
  });
});

it('a model of other domains alone needs no version of the standard operators', () => {
  const message = decodeModel(buildModel(around([['Scaler', ['h'], ['y']]], {}, 17)));
  message.opsetImport = [create(OperatorSetIdProtoSchema, { domain: 'ai.onnx.ml', version: 3n })];
  message.graph!.node = message.graph!.node.slice(1);
  message.graph!.node[0]!.domain = 'ai.onnx.ml';
  message.graph!.node[0]!.input = ['x'];
  expect(() => buildTrainingStep(encodeModel(message), { loss: 'mse', optimizer: 'sgd' })).toThrow(
    /^node "scaler1" \(ai.onnx.ml::Scaler\): ai.onnx.ml::Scaler has no place in a training step; trees, tables and text/,
  );
});
