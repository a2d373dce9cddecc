import { decodeModel } from '@synaprune/onnx';
import { buildModel, float, type ModelParts } from '@synaprune/onnx/graph';
import { describe, expect, it } from 'vitest';
import { linear, options, x, y } from '../testing/linear-step.js';
import { randomTensor, type TestTensor } from '../testing/models.js';
import { load, startTraining } from '../testing/runtime.js';
import { buildTrainingStep } from './build-training-step.js';

describe('buildTrainingStep', () => {
  it('says what every input and output is for', () => {
    const step = buildTrainingStep(buildModel(linear), { ...options, optimizer: 'adam', gradients: true });
    expect(step.inputs).toEqual([
      { name: 'x', modelName: 'x', shape: [4, 3], dtype: 'float32', role: 'input' },
      { name: 'synaprune/target/y', modelName: 'y', shape: [4, 2], dtype: 'float32', role: 'target' },
    ]);
    expect(
      step.weights.map(({ name, mask, gradient, slots }) => [name, mask, gradient, slots.length]),
    ).toEqual([
      ['w', 'synaprune/mask/w', 'synaprune/new-gradient/w', 2],
      ['b', undefined, 'synaprune/new-gradient/b', 2],
    ]);
    expect(step.outputs).toEqual([{ name: 'synaprune/output/y', modelName: 'y' }]);
    expect([step.buffers, step.seeds]).toEqual([[], []]);
    const { graph, opsetImport, irVersion } = decodeModel(step.model);
    expect([opsetImport[0]!.version, irVersion]).toEqual([17n, 8n]);
    const declared = graph!.input.map(({ name }) => name);
    expect(new Set(declared).size).toBe(declared.length);
    expect(declared).toEqual(expect.arrayContaining([step.learningRate, step.step, step.weights[0]!.input]));
  });

  it('takes the step that plain arithmetic takes', async () => {
    const step = buildTrainingStep(
      buildModel({
        ...linear,
        tensors: { w: { shape: [3, 2], data: [1, 0, 0, 1, 1, 1] }, b: { shape: [2], data: [0, 0] } },
      }),
      { ...options, inputs: { x: [1, 3] } },
    );
    const training = await startTraining(step);
    // y = [1 + 3, 2 + 3]; the differences to [3, 5] are [1, 0], the gradient of the mean square by y is [1, 0].
    const { loss, all } = await training.run(
      { x: { shape: [1, 3], data: [1, 2, 3] }, 'synaprune/target/y': { shape: [1, 2], data: [3, 5] } },
      0.5,
    );
    expect(loss).toBe(0.5);
    expect(all['synaprune/output/y']!.data).toEqual([4, 5]);
    expect(training.weights.get('w')!.data).toEqual([0.5, 0, -1, 1, -0.5, 1]);
    expect(training.weights.get('b')!.data).toEqual([-0.5, 0]);
  });

  it('gives names of its own where the model uses its prefix', async () => {
    const model: ModelParts = {
      inputs: { 'synaprune/loss': { shape: [4, 3] } },
      tensors: { 'synaprune/step': randomTensor([3, 2], 1), x: randomTensor([2], 2) },
      nodes: [
        ['MatMul', ['synaprune/loss', 'synaprune/step'], ['synaprune-1/target/y']],
        ['Add', ['synaprune-1/target/y', 'x'], ['learning-rate']],
      ],
      outputs: ['learning-rate'],
    };
    const step = buildTrainingStep(buildModel(model), { loss: 'mse', optimizer: 'sgd' });
    expect(step.loss).toBe('synaprune-2/loss');
    const training = await startTraining(step);
    const target = step.inputs.find(({ role }) => role === 'target')!.name;
    const first = await training.run({ 'synaprune/loss': x, [target]: y }, 0.1);
    const second = await training.run({ 'synaprune/loss': x, [target]: y }, 0.1);
    expect(second.loss).toBeLessThan(first.loss);
  });

  it('exports the model as it came, with other values', async () => {
    const bytes = buildModel(linear);
    const step = buildTrainingStep(bytes, options);
    expect(step.export(new Map())).toEqual(bytes);
    const exported = step.export(new Map([['b', Float32Array.of(7, 8)]]));
    const runner = await load(exported);
    const zero: TestTensor = { shape: [1, 3], data: [0, 0, 0] };
    expect((await runner.run({ x: zero })).y!.data).toEqual([7, 8]);
    expect(() => step.export(new Map([['c', Float32Array.of(1)]]))).toThrow(
      /"c" is no weight or buffer.*"w", "b"/,
    );
    expect(() => step.export(new Map([['b', Float32Array.of(1)]]))).toThrow(/"b" needs 2 elements, got 1/);
  });

  it('keeps an LSTM one node on export', () => {
    const model: ModelParts = {
      inputs: { x: { shape: [2, 1, 3] } },
      tensors: { w: randomTensor([1, 8, 3], 1), r: randomTensor([1, 8, 2], 2) },
      nodes: [['LSTM', ['x', 'w', 'r'], ['y'], { hidden_size: 2 }]],
      outputs: ['y'],
    };
    const step = buildTrainingStep(buildModel(model), { loss: 'mse', optimizer: 'sgd' });
    expect(step.weights.map(({ name, mask }) => [name, mask !== undefined])).toEqual([
      ['w', true],
      ['r', true],
    ]);
    const exported = decodeModel(step.export(new Map([['w', new Float32Array(24)]])));
    expect(exported.graph!.node.map(({ opType }) => opType)).toEqual(['LSTM']);
  });

  it('trains weights in Constant nodes, and leaves single numbers of activations alone', () => {
    const graph: ModelParts = {
      inputs: { x: { shape: [2, 3] } },
      nodes: [
        ['Constant', [], ['w'], { value_floats: { floats: [1, 2, 3] } }],
        ['Constant', [], ['half'], { value_float: float(0.5) }],
        ['Constant', [], ['offset'], { value_floats: { floats: [1] } }],
        ['MatMul', ['x', 'w'], ['product']],
        ['Add', ['product', 'offset'], ['sum']],
        ['Mul', ['sum', 'half'], ['y']],
      ],
      outputs: ['y'],
    };
    const step = buildTrainingStep(buildModel(graph), { loss: 'mse', optimizer: 'sgd' });
    expect(step.weights.map(({ name }) => name)).toEqual(['w', 'offset']);
    const exported = decodeModel(step.export(new Map([['w', Float32Array.of(4, 5, 6)]])));
    expect(exported.graph!.node[0]!.attribute[0]!.floats).toEqual([4, 5, 6]);
  });

  it('trains what is chosen and freezes the rest', async () => {
    const step = buildTrainingStep(buildModel(linear), { ...options, trainable: [/^b$/], masked: ['b'] });
    expect(step.weights.map(({ name, mask }) => [name, mask])).toEqual([['b', 'synaprune/mask/b']]);
    const training = await startTraining(step);
    const losses = [];
    for (let count = 0; count < 3; count++) {
      losses.push((await training.run({ x, 'synaprune/target/y': y }, 0.1)).loss);
    }
    expect(losses[2]!).toBeLessThan(losses[0]!);
  });

  it('updates running statistics as onnxruntime does, and exports them', async () => {
    const names = ['x', 'scale', 'shift', 'mean', 'variance'];
    const model = (mode: number): ModelParts => ({
      inputs: { x: { shape: [4, 2, 3] } },
      tensors: {
        scale: randomTensor([2], 1),
        shift: randomTensor([2], 2),
        mean: randomTensor([2], 3),
        variance: { shape: [2], data: [0.5, 2] },
      },
      nodes: [
        [
          'BatchNormalization',
          names,
          mode ? ['y', 'm', 'v'] : ['y'],
          { momentum: float(0.8), training_mode: mode },
        ],
      ],
      outputs: mode ? ['y', 'm', 'v'] : ['y'],
    });
    const data = randomTensor([4, 2, 3], 8);
    const oracle = await (await load(buildModel(model(1)))).run({ x: data });
    const step = buildTrainingStep(buildModel(model(0)), { loss: 'mse', optimizer: 'sgd' });
    expect(step.buffers.map(({ name }) => name)).toEqual(['mean', 'variance']);
    const training = await startTraining(step);
    const { all } = await training.run({ x: data, 'synaprune/target/y': randomTensor([4, 2, 3], 9) }, 0);
    const close = (a: TestTensor, b: TestTensor) =>
      expect(Math.max(...a.data.map((value, at) => Math.abs(value - b.data[at]!)))).toBeLessThan(1e-5);
    close(all['synaprune/output/y']!, oracle.y!);
    close(training.buffers.get('mean')!, oracle.m!);
    close(training.buffers.get('variance')!, oracle.v!);
    const inference = buildTrainingStep(buildModel(model(0)), {
      loss: 'mse',
      optimizer: 'sgd',
      batchNormalization: 'inference',
    });
    expect(inference.buffers).toEqual([]);
  });

  it('drops by the random numbers it is fed, and only when told to', async () => {
    const model: ModelParts = {
      ...linear,
      tensors: { ...linear.tensors, ratio: { shape: [], data: [0.25] } },
      nodes: [
        ['Dropout', ['x', 'ratio'], ['d']],
        ['Gemm', ['d', 'w', 'b'], ['y']],
      ],
      outputs: ['y', 'd'],
    };
    expect(buildTrainingStep(buildModel(model), options).seeds).toEqual([]);
    const step = buildTrainingStep(buildModel(model), { ...options, dropout: 'train' });
    expect(step.seeds).toEqual([{ name: 'synaprune/random/0', shape: [4, 3], probability: 0.25 }]);
    const training = await startTraining(step);
    const random = { shape: [4, 3], data: [0, 0.24, 0.25, 0.9, 0.1, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.2] };
    const { all } = await training.run({ x, 'synaprune/random/0': random, 'synaprune/target/y': y }, 0.1);
    const expected = x.data.map((value, at) =>
      random.data[at]! < 0.25 ? 0 : Math.fround(value * Math.fround(1 / 0.75)),
    );
    expect(all['synaprune/output/d']!.data).toEqual(expected);
  });

  it('clips gradients by value and by their common length', async () => {
    const gradientOf = async (clip: { norm?: number; value?: number }) => {
      const step = buildTrainingStep(buildModel(linear), { ...options, gradients: true, clip });
      const training = await startTraining(step);
      const { all } = await training.run({ x, 'synaprune/target/y': y }, 0.1);
      return step.weights.flatMap(({ gradient }) => all[gradient!]!.data);
    };
    const free = await gradientOf({});
    const length = (list: readonly number[]) => Math.hypot(...list);
    expect(await gradientOf({ norm: 100, value: 100 })).toEqual(free);
    expect(Math.max(...(await gradientOf({ value: 0.05 })).map(Math.abs))).toBeCloseTo(0.05, 6);
    const short = await gradientOf({ norm: 0.1 });
    expect(length(short)).toBeCloseTo(0.1, 6);
    expect(short[0]! / free[0]!).toBeCloseTo(0.1 / length(free), 5);
  });

  it('takes indices of classes, probabilities, and a loss that the model computes', async () => {
    const classes: TestTensor = { type: 'int64', shape: [4], data: [0, 1, 1, 0] };
    const oneHot: TestTensor = { shape: [4, 2], data: [1, 0, 0, 1, 0, 1, 1, 0] };
    const softmax: ModelParts = {
      ...linear,
      nodes: [
        ['Gemm', ['x', 'w', 'b'], ['z']],
        ['Softmax', ['z'], ['y']],
      ],
    };
    const lossOf = async (
      model: ModelParts,
      loss: Parameters<typeof buildTrainingStep>[1]['loss'],
      target: TestTensor,
    ) => {
      const training = await startTraining(buildTrainingStep(buildModel(model), { ...options, loss }));
      return (await training.run({ x, 'synaprune/target/y': target }, 0.1)).loss;
    };
    const expected = await lossOf(linear, 'crossEntropy', oneHot);
    expect(await lossOf(linear, { kind: 'crossEntropy', targets: 'indices' }, classes)).toBeCloseTo(
      expected,
      6,
    );
    expect(await lossOf(softmax, { kind: 'crossEntropy', from: 'probabilities' }, oneHot)).toBeCloseTo(
      expected,
      6,
    );
    const own: ModelParts = {
      inputs: { ...linear.inputs, t: { shape: [4, 2] } },
      tensors: linear.tensors!,
      nodes: [
        ['Gemm', ['x', 'w', 'b'], ['y']],
        ['Sub', ['y', 't'], ['d']],
        ['Abs', ['d'], ['loss']],
      ],
      outputs: ['y', 'loss'],
    };
    const step = buildTrainingStep(buildModel(own), { ...options, loss: { kind: 'output', name: 'loss' } });
    expect(step.inputs.map(({ name, role }) => [name, role])).toEqual([
      ['x', 'input'],
      ['t', 'input'],
    ]);
    const { loss, all } = await (await startTraining(step)).run({ x, t: y }, 0.1);
    const distance = all['synaprune/output/y']!.data.map((value, at) => Math.abs(value - y.data[at]!));
    expect(loss).toBeCloseTo(distance.reduce((a, b) => a + b) / 8, 6);
  });
});
