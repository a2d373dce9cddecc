import { decodeModel } from '@synaprune/onnx';
import { buildModel, type ModelParts } from '@synaprune/onnx/graph';
import { expect, it } from 'vitest';
import { randomTensor } from '../testing/models.js';
import { startTraining } from '../testing/runtime.js';
import { buildTrainingStep } from './build-training-step.js';

/** A small kernel that is trained, between two large ones that are not; the second is read twice. */
const parts = {
  inputs: { x: ['batch', 64] },
  tensors: {
    before: randomTensor([64, 64], 1),
    w: randomTensor([64, 8], 2),
    middle: randomTensor([8, 8], 3),
    after: randomTensor([8, 512], 4),
    aside: randomTensor([64, 64], 5),
  },
  nodes: [
    ['MatMul', ['x', 'before'], ['a']],
    ['Tanh', ['a'], ['h']],
    ['MatMul', ['h', 'w'], ['b']],
    ['MatMul', ['b', 'middle'], ['c']],
    ['MatMul', ['c', 'after'], ['d']],
    ['Sin', ['c'], ['e']],
    ['MatMul', ['e', 'after'], ['f']],
    ['Add', ['d', 'f'], ['y']],
    ['MatMul', ['x', 'aside'], ['unused']],
  ],
  outputs: ['y', 'unused'],
} satisfies ModelParts;
const model = buildModel(parts);
const options = { inputs: { x: [2, 64] }, loss: 'mse', optimizer: 'sgd', trainable: 'w' } as const;
const data = { x: randomTensor([2, 64], 6), 'synaprune/target/y': randomTensor([2, 512], 7) };

it('gives the same step, but for the order of sums in packed products, with large tensors that are not trained outside', async () => {
  const inside = buildTrainingStep(model, options);
  const outside = buildTrainingStep(model, { ...options, frozen: 'inputs' });
  expect(inside.frozen).toEqual([]);
  const frozen = Object.fromEntries(
    outside.frozen.map(({ input, shape, read }) => [input, { shape, data: [...read()] }]),
  );
  const one = await startTraining(inside, false);
  const other = await startTraining(outside, false);
  for (let count = 0; count < 3; count += 1) {
    const { loss } = await one.run(data, 1e-3);
    expect((await other.run({ ...data, ...frozen }, 1e-3)).loss / loss).toBeCloseTo(1, 5);
  }
  const [a, b] = [one, other].map(({ weights }) => weights.get('w')!.data);
  for (const [at, value] of b!.entries()) expect(value).toBeCloseTo(a![at]!, 5);
  expect([...b!]).not.toEqual([...Float32Array.from(parts.tensors.w.data)]);
  await one.release();
  await other.release();
});

it('lists what the graph reads, once each, and leaves small tensors and what is trained where they are', () => {
  const { frozen, weights, model: graph } = buildTrainingStep(model, { ...options, frozen: 'inputs' });
  expect(frozen.map(({ name, shape }) => [name, shape])).toEqual([
    ['before', [64, 64]],
    ['after', [8, 512]],
    ['aside', [64, 64]],
  ]);
  expect(weights.map(({ name }) => name)).toEqual(['w']);
  expect([...frozen[0]!.read()]).toEqual([...Float32Array.from(parts.tensors.before.data)]);
  const declared = decodeModel(graph).graph!.input.map(({ name }) => name);
  expect(declared).toEqual(expect.arrayContaining(frozen.map(({ input }) => input)));
  const { initializer } = decodeModel(graph).graph!;
  expect(initializer.filter(({ rawData }) => rawData.length >= 4 * 4096)).toEqual([]);
});

it('reads none for an update, and only what gradients need for those', () => {
  const names = (part: 'gradients' | 'update') =>
    buildTrainingStep(model, { ...options, frozen: 'inputs', part }).frozen.map(({ name }) => name);
  expect(names('update')).toEqual([]);
  expect(names('gradients')).toEqual(['before', 'after']);
});

it('refuses another place for them', () => {
  expect(() => buildTrainingStep(model, { ...options, frozen: 'outside' as 'inputs' })).toThrow(
    'buildTrainingStep needs frozen to be one of constants, inputs; got "outside"',
  );
});
