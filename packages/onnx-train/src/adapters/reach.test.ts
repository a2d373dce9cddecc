import { PruneError } from '@synaprune/core';
import { findWeights } from '@synaprune/onnx';
import { buildModel, type GraphParts, type ModelParts } from '@synaprune/onnx/graph';
import { expect, it } from 'vitest';
import { buildTrainingStep } from '../step/build-training-step.js';
import { randomTensor } from '../testing/models.js';
import { addAdapters } from './add-adapters.js';
import type { AdapterOptions } from './options.js';

function refusalOf(act: () => unknown): [string, string] {
  try {
    act();
  } catch (error) {
    return [error instanceof PruneError ? error.code : (error as Error).name, (error as Error).message];
  }
  return ['nothing', ''];
}

const graph = (parts: GraphParts) => ({ graph: parts });

/** Two branches with a kernel each, of one name or of two. */
const branched = (names: readonly [string, string], more: ModelParts = {}) => {
  const branch = (name: string, seed: number) =>
    graph({
      tensors: { [name]: randomTensor([16, 16], seed) },
      nodes: [['MatMul', ['x', name], ['y']]],
      outputs: ['y'],
    });
  return buildModel({
    inputs: { x: [2, 16], c: { type: 'bool', shape: [] } },
    outputs: ['z'],
    ...more,
    nodes: [
      ['If', ['c'], ['z'], { then_branch: branch(names[0], 1), else_branch: branch(names[1], 2) }, 'choice'],
      ...(more.nodes ?? []),
    ],
  });
};

const lies = (branch: 'then' | 'else') =>
  `it is read in the ${branch} branch of the If "choice", and which one is trained is not told; branches: { "choice": '${branch}' } would do`;

it('says that adapters do not reach into a branch that is not told, by the names that findWeights has', () => {
  for (const [names, shown] of [
    [
      ['rnn.w', 'rnn.v'],
      ['rnn.w', 'rnn.v'],
    ],
    [
      ['w', 'w'],
      ['graph/choice.then_branch/w', 'graph/choice.else_branch/w'],
    ],
  ] as const) {
    const model = branched(names);
    expect(findWeights(model).map(({ name }) => name)).toEqual(shown);
    expect(refusalOf(() => addAdapters(model, { rank: 4 }))).toEqual([
      'no-weights',
      expect.stringContaining(`no kernel can have an adapter of rank 4: "${shown[0]}" (${lies('then')})`),
    ]);
    for (const select of [shown[1], /else_branch|rnn.v/]) {
      expect(refusalOf(() => addAdapters(model, { select }))).toEqual([
        'unsupported',
        expect.stringContaining(`"${shown[1]}" cannot have an adapter: ${lies('else')}`),
      ]);
    }
    expect(refusalOf(() => addAdapters(model, { select: shown[1], branches: { choice: 'then' } }))).toEqual([
      'unsupported',
      `"${shown[1]}" cannot have an adapter: it is read in the else branch of the If "choice", and branches says "then"`,
    ]);
    expect(refusalOf(() => addAdapters(model, { select: /nothing/ }))).toEqual([
      'unmatched-selector',
      expect.stringContaining(`there are "${shown[0]}", "${shown[1]}"`),
    ]);
  }
});

it('adapts what lies outside of an If whose branch is not told, and tells of what lies in it', () => {
  const model = branched(['u', 'w'], {
    tensors: { w: randomTensor([16, 16], 3) },
    nodes: [['MatMul', ['z', 'w'], ['q']]],
    outputs: ['q'],
  });
  const { adapters, notices, save } = addAdapters(model, { rank: 2 });
  expect(adapters.map(({ weight }) => weight)).toEqual(['w']);
  expect(notices.map(({ code, weights }) => [code, weights])).toEqual([
    ['without-adapter', ['u', 'graph/choice.else_branch/w']],
  ]);
  const zeros = new Float32Array(32);
  const file = save(
    new Map([
      ['w.lora_A', zeros],
      ['w.lora_B', zeros],
    ]),
  );
  expect(addAdapters(model, { adapters: file }).adapters.map(({ weight }) => weight)).toEqual(['w']);
});

it('leaves out a tensor that nothing reads', () => {
  const model = buildModel({
    inputs: { x: [2, 16] },
    tensors: { w: randomTensor([16, 16], 1), unread: randomTensor([16, 16], 2) },
    nodes: [['MatMul', ['x', 'w'], ['y']]],
    outputs: ['y'],
  });
  const { adapters, notices } = addAdapters(model);
  expect(adapters.map(({ weight }) => weight)).toEqual(['w']);
  expect(notices).toEqual([]);
  expect(refusalOf(() => addAdapters(model, { select: 'unread' }))).toEqual([
    'unsupported',
    '"unread" cannot have an adapter: it is no kernel, but unused',
  ]);
});

it('says what would do where a loss reads one output, and adapters lie before the other', () => {
  const model = buildModel({
    inputs: { x: [2, 16] },
    tensors: { f: randomTensor([16, 16], 1), g: randomTensor([16, 16], 2) },
    nodes: [
      ['MatMul', ['x', 'f'], ['y']],
      ['MatMul', ['x', 'g'], ['z']],
    ],
    outputs: ['y', 'z'],
  });
  const train = (more: AdapterOptions) => {
    const { training } = addAdapters(model, { rank: 2, ...more });
    const { model: bytes, ...rest } = training;
    return buildTrainingStep(bytes, { ...rest, loss: [{ loss: 'mse', output: 'y' }], optimizer: 'sgd' });
  };
  expect(refusalOf(() => train({}))).toEqual([
    'unmatched-selector',
    'the loss does not depend on "g.lora_A", only on "f.lora_A", "f.lora_B"; adapters of "g" are trained by a loss on ' +
      'another output, or left out by addAdapters with select: { exclude: ["g"] }',
  ]);
  expect(train({ select: { exclude: ['g'] } }).weights.map(({ name }) => name)).toEqual([
    'f.lora_A',
    'f.lora_B',
  ]);
});
