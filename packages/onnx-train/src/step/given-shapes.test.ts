import { buildModel } from '@synaprune/onnx/graph';
import { describe, expect, it } from 'vitest';
import type { TrainingStepOptions } from '../options/options.js';
import { randomTensor, type TestModel, type TestTensor } from '../testing/models.js';
import { load, startTraining } from '../testing/runtime.js';
import { stepOfShapes } from '../testing/step-of-shapes.js';

const scalar = (data: number): TestTensor => ({ shape: [], data: [data] });
const integers = (...data: number[]): TestTensor => ({ type: 'int64', shape: [data.length], data });

/** The columns of `x`, `[2, 3]`, that are not zero in its first row, times a trained matrix. */
const picked: TestModel = {
  inputs: { x: { shape: [2, 3] } },
  tensors: { first: integers(0), one: integers(1), w: randomTensor([2, 4], 1) },
  nodes: [
    ['Gather', ['x', 'first'], ['row'], { axis: 0 }],
    ['NonZero', ['row'], ['places']],
    ['Gather', ['places', 'one'], ['columns'], { axis: 0 }],
    ['Squeeze', ['columns', 'first'], ['list']],
    ['Gather', ['x', 'list'], ['few'], { axis: 1 }],
    ['MatMul', ['few', 'w'], ['y']],
  ],
  outputs: ['y'],
};

describe('a value that is as large as its data say', () => {
  it('is of the shape that is given, and a batch of another size fails', async () => {
    const step = stepOfShapes(picked, { places: [2, 2] });
    const runner = await load(buildModel(picked));
    const training = await startTraining(step);
    const x = (...data: number[]) => ({ shape: [2, 3], data });
    const target = step.inputs.find(({ role }) => role === 'target')!;
    const run = (tensor: TestTensor) =>
      training.run({ x: tensor, [target.name]: { shape: [2, 4], data: new Array<number>(8).fill(0) } }, 0);
    const { y } = await runner.run({ x: x(0, 2, -1, 5, 6, 7) });
    const { all } = await run(x(0, 2, -1, 5, 6, 7));
    expect(all[step.outputs[0]!.name]!.data).toEqual(y!.data);
    await expect(run(x(0, 2, 0, 5, 6, 7))).rejects.toThrow(/reshape/i);
    await expect(run(x(1, 2, 3, 5, 6, 7))).rejects.toThrow(/reshape/i);
    await training.release();
    await runner.release();
  });

  it.each<[string, TestModel, string, number[], TestTensor]>([
    [
      'NonMaxSuppression',
      {
        inputs: { x: { shape: [1, 3, 4] } },
        tensors: {
          ...{ scores: { shape: [1, 1, 3], data: [0.9, 0.8, 0.7] }, most: integers(3), iou: scalar(0.5) },
          w: randomTensor([3, 2]),
        },
        nodes: [
          ['NonMaxSuppression', ['x', 'scores', 'most', 'iou'], ['kept']],
          ['Cast', ['kept'], ['floats'], { to: 1 }],
          ['MatMul', ['floats', 'w'], ['y']],
        ],
        outputs: ['y'],
      },
      'kept',
      [2, 3],
      { shape: [1, 3, 4], data: [0, 0, 1, 1, 0, 0, 1, 1.1, 3, 3, 4, 4] },
    ],
    [
      'Unique, all of its outputs',
      {
        inputs: { x: { shape: [5] } },
        tensors: { w: randomTensor([1, 2]), column: integers(1) },
        nodes: [
          ['Unique', ['x'], ['each', 'at', 'back', 'counts']],
          ['Cast', ['counts'], ['numbers'], { to: 1 }],
          ['Mul', ['each', 'numbers'], ['sums']],
          ['Unsqueeze', ['sums', 'column'], ['rows']],
          ['MatMul', ['rows', 'w'], ['y']],
        ],
        outputs: ['y'],
      },
      'each',
      [3],
      { shape: [5], data: [2, 1, 2, 3, 1] },
    ],
    [
      'Unique along an axis',
      {
        inputs: { x: { shape: [3, 2] } },
        tensors: { w: randomTensor([2, 2]) },
        nodes: [
          ['Unique', ['x'], ['each'], { axis: 0 }],
          ['MatMul', ['each', 'w'], ['y']],
        ],
        outputs: ['y'],
      },
      'each',
      [2, 2],
      { shape: [3, 2], data: [2, 1, 2, 1, 3, 1] },
    ],
    [
      'Compress by conditions that are computed',
      {
        inputs: { x: { shape: [3, 2] } },
        tensors: { w: randomTensor([2, 2]), zero: scalar(0) },
        nodes: [
          ['ReduceMax', ['x'], ['largest'], { axes: [1], keepdims: 0 }],
          ['Greater', ['largest', 'zero'], ['condition']],
          ['Compress', ['x', 'condition'], ['few'], { axis: 0 }],
          ['MatMul', ['few', 'w'], ['y']],
        ],
        outputs: ['y'],
      },
      'few',
      [2, 2],
      { shape: [3, 2], data: [2, 1, -2, -1, 3, -1] },
    ],
  ])('%s computes what the model does', async (_, model, name, shape, x) => {
    const step = stepOfShapes(model, { [name]: shape });
    const runner = await load(buildModel(model));
    const training = await startTraining(step);
    const { y } = await runner.run({ x });
    const target = step.inputs.find(({ role }) => role === 'target')!;
    expect(target.shape).toEqual(y!.shape);
    const { all } = await training.run({ x, [target.name]: { shape: y!.shape, data: y!.data } }, 0);
    expect(all[step.outputs[0]!.name]!.data).toEqual(y!.data);
    await training.release();
    await runner.release();
  });

  it('without a shape is refused with the option that gives one', () => {
    expect(() => stepOfShapes(picked)).toThrow(
      'node "nonzero1" (NonZero): what NonZero gives is as large as its data say, [2, n]; say how large it is in the ' +
        'batches of this step, shapes: { "places": [2, n] }, as findShapes of @synaprune/onnxruntime finds it for a ' +
        'batch (a trainer does by itself, with a sample), or name an output before it (outputs)',
    );
  });

  it.each<[string, TrainingStepOptions['shapes'], RegExp]>([
    ['of another rank', { places: [2] }, /NonZero gives is \[2, n\], and shapes say \[2\]/],
    ['that cannot be', { places: [3, 1] }, /NonZero gives is \[2, n\], and shapes say \[3, 1\]/],
    ['of nothing that there is', { places: [2, 1], other: [1] }, /no node of the model computes "other"/],
    [
      'of what is known to be another',
      { places: [2, 2], row: [3] },
      /"row" of node .* is \[1, 3\], got \[3\]/,
    ],
    ['that is none', { places: [2, 0.5] }, /shapes\["places"\]\[1\]/],
  ])('a shape %s is an error', (_, shapes, message) => {
    expect(() => stepOfShapes(picked, shapes)).toThrow(message);
  });
});
