import { buildModel, float } from '@synaprune/onnx/graph';
import { describe, expect, it } from 'vitest';
import { buildTrainingStep } from '../step/build-training-step.js';
import { checkGradients } from '../testing/check-gradients.js';
import { randomTensor, type TestModel, type TestTensor } from '../testing/models.js';
import { load, startTraining } from '../testing/runtime.js';

const whole = (type: 'int8' | 'uint8', shape: readonly number[], data: readonly number[]): TestTensor => ({
  type,
  shape,
  data,
});

/** The gradient of the sum of `y`, each element times its place, by `w`. */
async function gradientOf(model: TestModel, attributes: object = {}): Promise<number[]> {
  const step = buildTrainingStep(buildModel(model), {
    loss: { kind: 'output', name: 'loss' },
    optimizer: 'sgd',
    gradients: true,
    trainable: ['w'],
    masked: [],
    ...attributes,
  });
  expect(step.notices).toEqual([]);
  const training = await startTraining(step);
  const { all } = await training.run({}, 0);
  await training.release();
  return [...all[step.weights[0]!.gradient!]!.data];
}

const through = (w: TestTensor, tensors: TestModel['tensors'], attributes = {}): TestModel => ({
  tensors: {
    w,
    places: { shape: w.shape, data: w.data.map((_, at) => at + 1) },
    ...tensors,
  },
  nodes: [
    ['QuantizeLinear', ['w', 'scale', 'zero'], ['q'], attributes],
    ['DequantizeLinear', ['q', 'scale', 'zero'], ['y'], attributes],
    ['Mul', ['y', 'places'], ['weighted']],
    ['ReduceSum', ['weighted'], ['loss'], { keepdims: 0 }],
  ],
  outputs: ['loss'],
  opset: 21,
});

describe('what is quantised and comes back learns straight through', () => {
  it('where the whole number lies within its type, bounds included, ties to even', async () => {
    // Scale 0.5, zero point 10 of uint8: 0 is −5, 255 is 122.5. Halfway beyond a bound goes to the even one.
    const w: TestTensor = {
      shape: [9],
      data: [-5, -5.25, -5.26, -6, 122.5, 122.74, 122.76, 122.75, 1e30],
    };
    const scale = { shape: [], data: [0.5] };
    const zero = { type: 'uint8', shape: [], data: [10] } as const;
    // −5.25 / 0.5 is −10.5, which goes to −10 and so to 0; 122.75 / 0.5 is 245.5, which goes to 246 and so to 256.
    expect(await gradientOf(through(w, { scale, zero }))).toEqual([1, 2, 0, 0, 5, 6, 0, 0, 0]);
  });

  it('with a scale for each channel, and for each block', async () => {
    const w: TestTensor = { shape: [2, 4], data: [1, 127, 128, -129, 1, 127.4, 260, -256] };
    const channel = {
      scale: { shape: [2], data: [1, 2] },
      zero: whole('int8', [2], [0, 0]),
    };
    expect(await gradientOf(through(w, channel, { axis: 0 }))).toEqual([1, 2, 0, 0, 5, 6, 0, 8]);
    const block = {
      scale: { shape: [2, 2], data: [1, 2, 2, 1] },
      zero: whole('int8', [2, 2], [0, 0, 0, 0]),
    };
    const settings = { axis: 1, block_size: 2 };
    expect(await gradientOf(through(w, block, settings))).toEqual([1, 2, 3, 4, 5, 6, 0, 0]);
  });

  it('also where scale and zero point are tensors of other names', async () => {
    const model = through(
      { shape: [2], data: [0.3, 500] },
      { scale: { shape: [], data: [1] }, zero: whole('int8', [], [0]) },
    );
    const other: TestModel = {
      ...model,
      tensors: { ...model.tensors, scale2: model.tensors!.scale!, zero2: model.tensors!.zero! },
      nodes: model.nodes.map((node) =>
        node[0] === 'DequantizeLinear' ? [node[0], ['q', 'scale2', 'zero2'], node[2], {}] : node,
      ),
    };
    expect(await gradientOf(other)).toEqual([1, 0]);
  });

  it('and not by its scale, which is refused, nor by another scale, which is told', () => {
    const model = through(
      { shape: [2], data: [0.3, 1] },
      { scale: { shape: [], data: [1] }, zero: whole('int8', [], [0]) },
    );
    const build = (parts: TestModel, trainable: string[]) =>
      buildTrainingStep(buildModel(parts), {
        loss: { kind: 'output', name: 'loss' },
        optimizer: 'sgd',
        trainable,
      });
    expect(() => build(model, ['scale'])).toThrow(/no gradient rule by its input 2/);
    const other: TestModel = {
      ...model,
      tensors: { ...model.tensors, other: { shape: [], data: [2] } },
      nodes: model.nodes.map((node) =>
        node[0] === 'DequantizeLinear' ? [node[0], ['q', 'other', 'zero'], node[2], {}] : node,
      ),
    };
    expect(() => build(other, ['w'])).toThrow(/\(QuantizeLinear\): a function in steps/);
  });
});

describe('the gradient of DequantizeLinear by its scale', () => {
  const q = whole('uint8', [2, 5], [0, 255, 3, 7, 200, 1, 2, 90, 4, 128]);

  it.each([
    ['one for all', [], [], {}],
    ['one in a list', [1], [1], {}],
    ['one a channel', [2], [2], { axis: 0 }],
    ['one a column, counted from the end', [5], [5], { axis: -1 }],
    ['one a block, the last of them shorter', [2, 3], [2, 3], { axis: 1, block_size: 2 }],
  ] as const)('%s', async (_, shape, zeroShape, attributes) => {
    const size = zeroShape.reduce<number>((a, b) => a * b, 1);
    await checkGradients({
      tensors: {
        q,
        scale: randomTensor(shape, 3),
        zero: whole(
          'uint8',
          zeroShape,
          Array.from({ length: size }, (_each, at) => at * 20),
        ),
      },
      by: ['scale'],
      nodes: [['DequantizeLinear', ['q', 'scale', 'zero'], ['y'], attributes]],
      outputs: ['y'],
      opset: 21,
    });
  });
});

it('DynamicQuantizeLinear has a gradient by what its scale goes by, zero included', async () => {
  for (const data of [
    [0.3, -1.5, 2.25, 0.1],
    [0.3, 1.5, 2.25, 0.1],
    [-0.3, -1.5, -2.25, -0.1],
  ]) {
    await checkGradients({
      tensors: { x: { shape: [2, 2], data } },
      nodes: [['DynamicQuantizeLinear', ['x'], ['q', 'scale', 'zero']]],
      outputs: ['scale'],
    });
  }
});

it('a frozen part that draws, quantises and counts in whole numbers stands in front of a weight as it is', async () => {
  const model: TestModel = {
    inputs: { x: { shape: [2, 3] } },
    tensors: {
      scale: { shape: [], data: [0.5] },
      zero: whole('uint8', [], [3]),
      frozen: whole('uint8', [3, 4], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]),
      w: randomTensor([4, 2]),
      k: { type: 'int64', shape: [1], data: [4] },
    },
    nodes: [
      ['RandomUniformLike', ['x'], ['noise'], { high: float(0.01) }],
      ['Add', ['x', 'noise'], ['noisy']],
      ['QuantizeLinear', ['noisy', 'scale', 'zero'], ['q']],
      ['QLinearMatMul', ['q', 'scale', 'zero', 'frozen', 'scale', 'zero', 'scale', 'zero'], ['p']],
      ['DequantizeLinear', ['p', 'scale', 'zero'], ['h']],
      ['TopK', ['h', 'k'], ['most', 'places']],
      ['IsNaN', ['most'], ['lost']],
      ['Where', ['lost', 'zero of floats', 'most'], ['clean']],
      ['MatMul', ['clean', 'w'], ['y']],
    ],
    outputs: ['y'],
  };
  const bytes = buildModel({
    ...model,
    tensors: { ...model.tensors, 'zero of floats': { shape: [], data: [0] } },
  });
  const step = buildTrainingStep(bytes, { loss: 'mse', optimizer: 'sgd' });
  expect(step.weights.map(({ name }) => name)).toEqual(['w']);
  const runner = await load(bytes);
  const x = { shape: [2, 3], data: [0.2, -0.4, 1, 3, 2, -1] };
  const { y } = await runner.run({ x });
  await runner.release();
  expect(y!.shape).toEqual([2, 2]);
  const training = await startTraining(step);
  const target = { shape: [2, 2], data: [0, 0, 0, 0] };
  const { loss } = await training.run({ x, [step.inputs[1]!.name]: target }, 0.01);
  await training.release();
  expect(loss).toBeGreaterThan(0);
});
