import { type Attribute, float } from '@synaprune/onnx/graph';
import { describe, it } from 'vitest';
import { checkGradients } from '../testing/check-gradients.js';
import { numbers, randomTensor, type TestTensor } from '../testing/models.js';

/** Away from 0 by at least a quarter, where a function of one piece on each side has no kink. */
const apart: TestTensor = { shape: [2, 6], data: numbers(12, 5).map((x) => x + Math.sign(x) * 0.25) };
const positive: TestTensor = { shape: [2, 6], data: numbers(12, 6).map((x) => 1.5 + x) };
const any = randomTensor([2, 6], 7, 2);

const cases: readonly [string, TestTensor, Readonly<Record<string, Attribute>>?, opset?: number][] = [
  ['Identity', any],
  ['Neg', any],
  ['Abs', apart],
  ['Reciprocal', positive],
  ['Sqrt', positive],
  ['Exp', any],
  ['Log', positive],
  ['Erf', any],
  ['Sin', any],
  ['Cos', any],
  ['Tan', randomTensor([2, 6], 8)],
  ['Relu', apart],
  ['LeakyRelu', apart],
  ['LeakyRelu', apart, { alpha: float(0.3) }],
  ['Elu', apart, { alpha: float(0.7) }],
  ['Selu', apart],
  ['Celu', apart, { alpha: float(0.6) }],
  ['ThresholdedRelu', apart, { alpha: float(0) }],
  ['Sigmoid', any],
  ['HardSigmoid', apart, { alpha: float(0.3), beta: float(0.4) }],
  ['HardSwish', apart],
  ['Tanh', any],
  ['Softplus', any],
  ['Softsign', apart],
  ['Gelu', any, {}, 20],
  ['Gelu', any, { approximate: 'tanh' }, 20],
  ['Mish', any, {}, 18],
  ['Softmax', any],
  ['Softmax', randomTensor([2, 3, 2], 9), { axis: 1 }],
  ['Softmax', randomTensor([2, 3, 2], 9), { axis: 1 }, 11],
  ['LogSoftmax', any],
  ['LogSoftmax', randomTensor([2, 3, 2], 9), { axis: 1 }, 11],
  ['Cast', any, { to: 1 }],
];

describe('gradients of activations', () => {
  for (const [op, x, attributes, opset] of cases) {
    it(`${op} ${JSON.stringify(attributes ?? {})} of version ${opset ?? 17}`, async () => {
      await checkGradients({
        tensors: { x },
        nodes: [[op, ['x'], ['y'], attributes ?? {}]],
        outputs: ['y'],
        ...(opset ? { opset } : {}),
      });
    });
  }

  it('Clip, with each bound there or not', async () => {
    const bound = (data: number): TestTensor => ({ shape: [], data: [data] });
    for (const inputs of [['x'], ['x', 'low'], ['x', '', 'high'], ['x', 'low', 'high']]) {
      await checkGradients({
        tensors: { x: any, low: bound(-0.7), high: bound(0.6) },
        by: ['x'],
        nodes: [['Clip', inputs, ['y']]],
        outputs: ['y'],
      });
    }
  });

  it('Clip of version 6, with bounds as attributes', async () => {
    await checkGradients({
      tensors: { x: any },
      nodes: [['Clip', ['x'], ['y'], { min: float(-0.7), max: float(0.6) }]],
      outputs: ['y'],
      opset: 9,
    });
  });

  it('PRelu with slopes of several shapes', async () => {
    for (const alpha of [[6], [1], [2, 1]]) {
      await checkGradients({
        tensors: { x: apart, alpha: randomTensor(alpha, 3) },
        nodes: [['PRelu', ['x', 'alpha'], ['y']]],
        outputs: ['y'],
      });
    }
  });

  it('PRelu with slopes along the last axis, where there are as many channels', async () => {
    await checkGradients({
      tensors: { x: { ...apart, shape: [1, 2, 3, 2] }, alpha: randomTensor([2], 3) },
      nodes: [['PRelu', ['x', 'alpha'], ['y']]],
      outputs: ['y'],
    });
  });
});
