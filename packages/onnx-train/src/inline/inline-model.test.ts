import { PruneError } from '@synaprune/core';
import {
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  create,
  decodeModel,
  encodeModel,
  findWeights,
  OperatorSetIdProtoSchema,
} from '@synaprune/onnx';
import { buildModel, float, type GraphParts, type ModelParts } from '@synaprune/onnx/graph';
import { describe, expect, it } from 'vitest';
import type { TrainingStepOptions } from '../options/options.js';
import { buildTrainingStep } from '../step/build-training-step.js';
import { checkGradients } from '../testing/check-gradients.js';
import { randomTensor } from '../testing/models.js';
import { load } from '../testing/runtime.js';

const count = (data: number) => ({ type: 'int64', shape: [], data: [data] }) as const;
const graph = (parts: GraphParts) => ({ graph: parts });

describe('gradients through', () => {
  it('an If whose condition follows from a shape, another inside it, names the same in both', async () => {
    const inner = (op: string) => graph({ nodes: [[op, ['h'], ['out']]], outputs: ['out'] });
    await checkGradients({
      tensors: {
        x: randomTensor([2, 3], 1),
        w: randomTensor([3, 2], 2),
        v: randomTensor([3, 2], 3),
        one: count(1),
        three: count(3),
      },
      by: ['x', 'w'],
      nodes: [
        ['Shape', ['x'], ['shape']],
        ['Gather', ['shape', 'one'], ['width']],
        ['Equal', ['width', 'three'], ['wide']],
        ['Not', ['wide'], ['narrow']],
        [
          'If',
          ['wide'],
          ['y', 'h of it'],
          {
            then_branch: graph({
              nodes: [
                ['MatMul', ['x', 'w'], ['h']],
                ['If', ['narrow'], ['z'], { then_branch: inner('Exp'), else_branch: inner('Tanh') }],
              ],
              outputs: ['z', 'h'],
            }),
            else_branch: graph({
              nodes: [
                ['MatMul', ['x', 'v'], ['h']],
                ['Neg', ['h'], ['z']],
              ],
              outputs: ['z', 'h'],
            }),
          },
        ],
      ],
      outputs: ['y', 'h of it'],
    });
  });

  it('a Loop of a known number of rounds, and one that its condition ends', async () => {
    const body = (condition: readonly (readonly [string, readonly string[], readonly string[]])[]) =>
      graph({
        inputs: {
          i: { type: 'int64', shape: [] },
          goes: { type: 'bool', shape: [] },
          h: [2, 3],
          n: { type: 'int64', shape: [] },
        },
        tensors: { step: count(1) },
        nodes: [
          ['MatMul', ['h', 'w'], ['m']],
          ['Cast', ['i'], ['round'], { to: 1 }],
          ['Add', ['m', 'round'], ['s']],
          ['Tanh', ['s'], ['next']],
          ['Add', ['n', 'step'], ['counted']],
          ['Identity', ['next'], ['row']],
          ...condition,
        ],
        outputs: ['going', 'next', 'counted', 'row'],
      });
    const tensors = {
      h0: randomTensor([2, 3], 1),
      w: randomTensor([3, 3], 2),
      n0: count(0),
      three: count(3),
      many: count(1000),
    };
    for (const [most, goes] of [
      ['three', [['Identity', ['goes'], ['going']]]],
      ['many', [['Less', ['counted', 'three'], ['going']]]],
      ['', [['Less', ['counted', 'three'], ['going']]]],
    ] as const) {
      await checkGradients({
        tensors,
        by: ['h0', 'w'],
        nodes: [['Loop', [most, '', 'h0', 'n0'], ['last', 'rounds', 'rows'], { body: body(goes) }]],
        outputs: ['last', 'rows'],
        // Of a number of the loop's own type there is no float64.
      });
    }
  });

  it('a Scan along any axis, backwards too', async () => {
    const body = graph({
      inputs: { h: [2], x: [2], y: [2] },
      nodes: [
        ['Mul', ['h', 'w'], ['m']],
        ['Mul', ['x', 'y'], ['p']],
        ['Add', ['m', 'p'], ['next']],
        ['Sin', ['next'], ['row']],
      ],
      outputs: ['next', 'row'],
    });
    for (const directions of [
      [0, 1],
      [1, 0],
    ]) {
      await checkGradients({
        tensors: {
          h0: randomTensor([2], 1),
          w: randomTensor([2], 2),
          x: randomTensor([4, 2], 3),
          y: randomTensor([2, 4], 4),
        },
        nodes: [
          [
            'Scan',
            ['h0', 'x', 'y'],
            ['last', 'rows'],
            {
              body,
              num_scan_inputs: 2,
              scan_input_axes: [0, -1],
              scan_input_directions: directions,
              scan_output_axes: [-1],
              scan_output_directions: [directions[1]!],
            },
          ],
        ],
        outputs: ['last', 'rows'],
      });
    }
  });

  it('functions of the model, one within another, with attributes that a call gives', async () => {
    const given = create(AttributeProtoSchema, {
      name: 'alpha',
      type: AttributeProto_AttributeType.FLOAT,
      refAttrName: 'slope',
    });
    const model: ModelParts = {
      inputs: { x: [2, 3] },
      tensors: { w: randomTensor([3, 3], 1) },
      functions: {
        'own::Layer': {
          inputs: ['a', 'b'],
          nodes: [
            ['MatMul', ['a', 'b'], ['h']],
            ['LeakyRelu', ['h'], ['r'], { alpha: { message: given } }],
            ['Constant', [], ['half'], { value: { tensor: { shape: [], data: [0.5] } } }],
            ['Mul', ['r', 'half'], ['out']],
          ],
          outputs: ['out'],
        },
        'own::Twice': {
          inputs: ['a', 'b'],
          nodes: [
            ['own::Layer', ['a', 'b'], ['h'], { slope: float(0.25) }],
            ['own::Layer', ['h', 'b'], ['y'], { slope: float(0.5) }],
          ],
          outputs: ['y'],
        },
      },
      nodes: [['own::Twice', ['x', 'w'], ['y']]],
      outputs: ['y'],
    };
    const step = buildTrainingStep(buildModel(model), { loss: 'mse', optimizer: 'sgd', masked: [] });
    expect(step.weights.map(({ name }) => name)).toEqual(['w']);
    const x = randomTensor([2, 3], 5);
    const plain = await load(buildModel(model));
    const runner = await load(step.model);
    const zero = { shape: [], data: [0] };
    const [{ input, initial }] = step.weights as [(typeof step.weights)[0]];
    const target = { shape: [2, 3], data: new Array<number>(6).fill(0) };
    const feeds = {
      x,
      [input]: { shape: [3, 3], data: [...initial] },
      [step.inputs[1]!.name]: target,
      [step.learningRate]: zero,
      [step.step]: zero,
    };
    expect((await runner.run(feeds))[step.outputs[0]!.name]).toEqual((await plain.run({ x })).y);
  });
});

/** Two branches that both call their kernel `w`. */
const choice = (op: string, more: Partial<ModelParts> = {}): Uint8Array => {
  const branch = (seed: number) =>
    graph({
      tensors: { w: randomTensor([3, 2], seed) },
      nodes: [['MatMul', ['x', 'w'], ['y']]],
      outputs: ['y'],
    });
  return buildModel({
    inputs: { x: [2, 3], c: { type: 'bool', shape: [] } },
    nodes: [[op, ['c'], ['z'], { then_branch: branch(1), else_branch: branch(2) }, 'choice']],
    outputs: ['z'],
    ...more,
  });
};

const failure = (model: Uint8Array, options: Partial<TrainingStepOptions> = {}): PruneError => {
  try {
    buildTrainingStep(model, { loss: 'mse', optimizer: 'sgd', ...options });
  } catch (error) {
    expect(error).toBeInstanceOf(PruneError);
    return error as PruneError;
  }
  throw new Error('no failure');
};

describe('a branch by name', () => {
  it('trains its own weights, and export puts them back where they were', () => {
    const model = choice('If');
    const step = buildTrainingStep(model, { loss: 'mse', optimizer: 'sgd', branches: { choice: 'else' } });
    expect(step.weights.map(({ name }) => name)).toEqual(['graph/choice.else_branch/w']);
    expect(step.notices).toContainEqual({
      code: 'branch-told',
      message:
        'the If "choice" is its else branch in every step, as branches says: steps do not look at its condition, whatever batches feed, and the model itself does',
    });
    expect([...step.weights[0]!.initial]).toEqual(randomTensor([3, 2], 2).data);
    const trained = step.export(new Map([['graph/choice.else_branch/w', new Float32Array(6).fill(7)]]));
    expect(trained.length).toBe(model.length);
    const same = trained.map((byte, at) => (byte === model[at] ? 0 : 1)).reduce((a, b) => a + b, 0);
    expect(same).toBeLessThanOrEqual(24);
    const again = buildTrainingStep(trained, { loss: 'mse', optimizer: 'sgd', branches: { choice: 'else' } });
    expect([...again.weights[0]!.initial]).toEqual(new Array(6).fill(7));
    expect(findWeights(trained).map(({ place }) => place)).toEqual(
      findWeights(model).map(({ place }) => place),
    );
  });

  it('is asked for where a condition is computed, and refused where there is none of that name', () => {
    expect(failure(choice('If'))).toMatchObject({
      code: 'unsupported-operator',
      message: expect.stringContaining(`branches: { "choice": 'then' }`),
    });
    expect(failure(choice('If'), { branches: { chioce: 'then' } })).toMatchObject({
      code: 'unmatched-selector',
      message:
        'branches names "chioce", which is no If of the model; did you mean "choice"?; there are "choice"',
    });
    const options = {
      loss: 'mse',
      optimizer: 'sgd',
      branches: { choice: 'both' },
    } as unknown as TrainingStepOptions;
    expect(() => buildTrainingStep(choice('If'), options)).toThrow(
      'needs branches["choice"] to be one of then, else; got "both"',
    );
    const plain = buildModel({
      inputs: { x: [1] },
      tensors: { w: randomTensor([1]) },
      nodes: [['Mul', ['x', 'w'], ['y']]],
      outputs: ['y'],
    });
    expect(failure(plain, { branches: { a: 'then' } }).message).toBe(
      'branches names "a", and the model has no If',
    );
  });

  it('is refused where the condition is always the other one', () => {
    const model = choice('If', {
      inputs: { x: [2, 3] },
      tensors: { c: { type: 'bool', shape: [], data: [1] } },
    });
    expect(failure(model, { branches: { choice: 'else' } }).message).toContain(
      'its condition is always true for these inputs',
    );
    expect(
      buildTrainingStep(model, { loss: 'mse', optimizer: 'sgd' }).weights.map(({ name }) => name),
    ).toEqual(['graph/choice.then_branch/w']);
  });
});

describe('refused by name', () => {
  const loop = (tensors: ModelParts['tensors'], inputs: ModelParts['inputs'] = {}) =>
    buildModel({
      inputs: { x: [2], ...inputs },
      tensors: { w: randomTensor([2]), ...(tensors as object) },
      nodes: [
        [
          'Loop',
          ['n', '', 'x'],
          ['y'],
          {
            body: graph({
              inputs: { i: { type: 'int64', shape: [] }, c: { type: 'bool', shape: [] }, h: [2] },
              nodes: [
                ['Identity', ['c'], ['d']],
                ['Mul', ['h', 'w'], ['k']],
              ],
              outputs: ['d', 'k'],
            }),
          },
          'rounds',
        ],
      ],
      outputs: ['y'],
    });

  it('is a Loop of more rounds than a step holds, or of a number that is computed', () => {
    expect(failure(loop({ n: count(257) })).message).toBe(
      'node "rounds" (Loop): it goes on for more than 256 rounds, and a training step holds each of them; ' +
        'train on shorter sequences, or name an output that does not need it (outputs)',
    );
    expect(failure(loop({}, { n: { type: 'int64', shape: [] } })).message).toBe(
      'node "rounds" (Loop): its number of rounds is computed when it runs; export with a fixed number of rounds',
    );
    expect(
      buildTrainingStep(loop({ n: count(256) }), { loss: 'mse', optimizer: 'sgd' }).weights,
    ).toHaveLength(1);
  });

  it('is a weight whose number decides which branch is taken', () => {
    const model = choice('If', {
      inputs: { x: [2, 3] },
      tensors: { t: { shape: [], data: [1] }, zero: { shape: [], data: [0] } },
      nodes: [
        ['Greater', ['t', 'zero'], ['c']],
        [
          'If',
          ['c'],
          ['z'],
          {
            then_branch: graph({ nodes: [['Mul', ['x', 't'], ['y']]], outputs: ['y'] }),
            else_branch: graph({ nodes: [['Neg', ['x'], ['y']]], outputs: ['y'] }),
          },
        ],
      ],
    });
    expect(failure(model, { trainable: 't' }).message).toBe(
      'tensor "t" decides which branch the model takes, so it cannot be trained; leave it out of trainable',
    );
  });

  it('is a function that calls itself', () => {
    const model = buildModel({
      inputs: { x: [2] },
      tensors: { w: randomTensor([2]) },
      functions: { 'own::Again': { inputs: ['a'], nodes: [['own::Again', ['a'], ['b']]], outputs: ['b'] } },
      nodes: [
        ['Mul', ['x', 'w'], ['h']],
        ['own::Again', ['h'], ['y']],
      ],
      outputs: ['y'],
    });
    expect(failure(model)).toMatchObject({
      code: 'bad-model',
      message: 'the function "Again" calls itself',
    });
  });

  it('is a call of a function in another version of the operators, and none that nothing calls', () => {
    const bytes = buildModel({
      inputs: { x: [2] },
      tensors: { w: randomTensor([2]) },
      functions: { 'own::Old': { inputs: ['a'], nodes: [['Neg', ['a'], ['b']]], outputs: ['b'] } },
      nodes: [
        ['Mul', ['x', 'w'], ['h']],
        ['own::Old', ['h'], ['y']],
      ],
      outputs: ['y'],
    });
    const older = (change: (model: ReturnType<typeof decodeModel>) => void) => {
      const model = decodeModel(bytes);
      for (const body of model.functions) {
        body.opsetImport = [create(OperatorSetIdProtoSchema, { domain: '', version: 9n })];
      }
      change(model);
      return encodeModel(model);
    };
    expect(failure(older(() => {}))).toMatchObject({
      code: 'unsupported-operator',
      message: expect.stringContaining('the function "Old" is written in another version'),
    });
    const uncalled = older(({ graph }) => Object.assign(graph!.node[1]!, { domain: '', opType: 'Abs' }));
    const step = buildTrainingStep(uncalled, { loss: 'mse', optimizer: 'sgd' });
    expect(step.weights.map(({ name }) => name)).toEqual(['w']);
  });
});
