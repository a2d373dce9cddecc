import { buildModel, type ModelParts } from '@synaprune/onnx/graph';
import { expect, it } from 'vitest';
import { LaterPart, laterOperators } from '../importing/later-operators.js';
import { laterLowerings } from '../lower/later.js';
import type { TrainingStepOptions } from '../options/options.js';
import { moveOutside } from '../testing/move-outside.js';
import { buildTrainingStep } from './build-training-step.js';
import { createStepBuilder } from './step-builder.js';

/** A model whose only branch that is taken holds an operator that few models have. */
const model = (op: string, rows = 2) =>
  buildModel({
    inputs: { x: [rows, 4] },
    tensors: { w: { shape: [4, 4], data: Array.from({ length: 16 }, (_, i) => i / 16) } },
    nodes: [
      ['MatMul', ['x', 'w'], ['h']],
      [op, ['h'], ['y']],
    ],
    outputs: ['y'],
  });
const options = { loss: 'mse', optimizer: 'sgd' } as const;

it('knows the names of what is loaded later, and no other', () => {
  expect([...laterOperators].sort()).toEqual(Object.keys(laterLowerings).sort());
});

it('builds what buildTrainingStep builds, at once or with what it loads first', async () => {
  for (const op of ['Relu', 'LpNormalization']) {
    const step = await createStepBuilder().load(model(op), options);
    expect(step.model).toEqual(buildTrainingStep(model(op), options).model);
  }
});

it('builds what buildTrainingStep builds where control flow, another batch or recompute ask for more', async () => {
  const branch = (op: string) => ({ graph: { nodes: [[op, ['h'], ['z']]], outputs: ['z'] } });
  const branched = buildModel({
    inputs: { x: [1, 4], c: { type: 'bool', shape: [] } },
    tensors: { w: { shape: [4, 4], data: Array.from({ length: 16 }, (_, i) => i / 16) } },
    nodes: [
      ['MatMul', ['x', 'w'], ['h']],
      ['If', ['c'], ['y'], { then_branch: branch('Tanh'), else_branch: branch('Relu') }, 'choice'],
    ],
    outputs: ['y'],
  } as ModelParts);
  const { model: outside, externalData } = moveOutside(model('Relu'));
  for (const [bytes, more] of [
    [branched, { branches: { choice: 'then' } }],
    [model('Relu', 1), { batch: 3 }],
    [model('Relu'), { recompute: { segments: 2 } }],
    [outside, { externalData }],
  ] as const) {
    const given: TrainingStepOptions = { ...options, ...more };
    expect(() => createStepBuilder().build(bytes, given)).toThrow(LaterPart);
    const step = await createStepBuilder().load(bytes, given);
    expect(step.model).toEqual(buildTrainingStep(bytes, given).model);
  }
});

it('builds at once what it has loaded before', async () => {
  const builder = createStepBuilder();
  expect(() => builder.build(model('LpNormalization'), options)).toThrow(LaterPart);
  const { model: bytes } = await builder.load(model('LpNormalization'), options);
  expect(builder.build(model('LpNormalization'), options).model).toEqual(bytes);
});

it('fails as buildTrainingStep does', async () => {
  const load = (op: string) => createStepBuilder().load(model(op), options);
  await expect(load('NoSuchOperator')).rejects.toMatchObject({ code: 'unsupported-operator' });
  await expect(load('NonMaxSuppression')).rejects.toMatchObject({ name: 'PruneError' });
});
