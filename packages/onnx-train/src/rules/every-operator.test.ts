import { PruneError } from '@synaprune/core';
import { buildModel, inferKinds } from '@synaprune/onnx/graph';
import { describe, expect, it } from 'vitest';
import { commonLowerings } from '../lower/common.js';
import { COMPUTED_SIZE } from '../lower/computed-sizes.js';
import { laterLowerings } from '../lower/later.js';
import { buildTrainingStep } from '../step/build-training-step.js';
import { checkGradients } from '../testing/check-gradients.js';
import { choosingOperators } from '../testing/choosing-operators.js';
import type { TestModel, TestNode, TestTensor } from '../testing/models.js';
import { any, type Operator, operators as others } from '../testing/operators.js';
import { signalOperators } from '../testing/signal-operators.js';
import { gradientRules } from './rules.js';

const operators = [...others, ...choosingOperators, ...signalOperators];

const isFloat = ({ type = 'float32' }: TestTensor) => type === 'float32';

/** The operator, each float input computed from a tensor of its name: what is trained need not feed it itself. */
function modelOf({ op, inputs, attributes = {}, outputs = 1, gives, opset }: Operator): TestModel {
  const names = Array.from({ length: outputs }, (_, index) => `y${index}`);
  const node: TestNode = [
    op,
    Object.entries(inputs).map(([name, tensor]) => (isFloat(tensor) ? `negative ${name}` : name)),
    names,
    attributes,
  ];
  const negated = Object.entries(inputs).map(([name, tensor]): [string, TestTensor] => [
    name,
    isFloat(tensor) ? { ...tensor, data: tensor.data.map((x) => -x) } : tensor,
  ]);
  return {
    ...(opset ? { opset } : {}),
    tensors: Object.fromEntries(negated),
    nodes: [
      ...Object.entries(inputs).flatMap(([name, tensor]) =>
        isFloat(tensor) ? [['Neg', [name], [`negative ${name}`]] as const] : [],
      ),
      node,
      ...(gives ? [['Cast', ['y0'], ['z'], { to: 1 }] as const] : []),
    ],
    // Places of what was chosen are no floats.
    outputs: gives ? ['z'] : op === 'TopK' ? ['y0'] : names,
  };
}

describe('every float input of every operator has a gradient, or a refusal, or no say in the output', () => {
  for (const [index, operator] of operators.entries()) {
    const { op, inputs, fates = {}, attributes = {} } = operator;
    const model = modelOf(operator);
    const floats = Object.keys(inputs).filter((name) => isFloat(inputs[name]!));
    const trained = floats.filter((name) => fates[name] === undefined);
    it(`${op} ${JSON.stringify(attributes)} (${index}), by ${floats.join(', ') || 'nothing'}`, async () => {
      if (trained.length > 0) {
        await checkGradients({
          ...model,
          by: trained,
          ...(operator.single ? { single: true } : {}),
        });
      }
      for (const [name, fate] of Object.entries(fates)) {
        const error = failureOf(model, name);
        expect(error, `by ${name}`).toBeInstanceOf(PruneError);
        if (fate === 'refused') {
          expect([error.code, error.message]).toEqual([
            'unsupported-operator',
            expect.stringContaining(`(${op})`),
          ]);
        } else if (fate === 'setting') {
          expect([error.code, error.message]).toEqual([
            'unsupported',
            expect.stringMatching(
              new RegExp(`^"${name}" cannot be trained: .*\\b${op}\\b.* read before a step runs`),
            ),
          ]);
        } else {
          // Nothing is trained, since the loss does not change with it.
          expect(['no-weights', 'unmatched-selector'], error.message).toContain(error.code);
        }
      }
    });
  }

  it('and none is missing here', () => {
    // Those of other domains have tests of their own.
    const known = new Set([
      ...Object.keys(inferKinds),
      ...Object.keys(commonLowerings),
      ...Object.keys(laterLowerings),
      ...Object.keys(gradientRules),
    ]);
    const tested = new Set(operators.map(({ op }) => op));
    // onnxruntime does not run these: held against their definitions, in sequences.test.ts.
    for (const op of ['SwiGLU', 'CausalConvWithState', 'LinearAttention']) tested.add(op);
    // No operator, but the rewrite of any whose size is computed: lower/given-sizes.test.ts.
    tested.add(COMPUTED_SIZE);
    expect([...known].filter((op) => !op.includes('::') && !tested.has(op))).toEqual([]);
  });
});

function failureOf(model: TestModel, by: string): PruneError {
  const [name] = model.outputs as [string];
  try {
    buildTrainingStep(buildModel(model), {
      loss: { kind: 'output', name },
      optimizer: 'sgd',
      trainable: [by],
      batchNormalization: 'inference',
    });
  } catch (error) {
    return error as PruneError;
  }
  throw new Error(`by ${by}: a step was built`);
}

it('tells of steps on the way, through which nothing learns', () => {
  const step = buildTrainingStep(
    buildModel({
      tensors: { w: any(2, 3) },
      nodes: [
        ['Round', ['w'], ['r']],
        ['Add', ['w', 'r'], ['y']],
      ],
      outputs: ['y'],
    }),
    { loss: { kind: 'output', name: 'y' }, optimizer: 'sgd' },
  );
  expect(step.notices).toEqual([
    {
      code: 'flat-operator',
      message:
        'node "round0" (Round): a function in steps, whose gradient is zero, so nothing before it learns through ' +
        'it; a gradient of your own (rules) can pass something on',
    },
  ]);
});

describe('where a kernel reaches the loss through no floats', () => {
  const through = (...nodes: TestNode[]) =>
    buildModel({
      inputs: { x: { shape: [2, 3] } },
      tensors: { u: any(3, 3), w: any(3, 3), zero: { type: 'float32', shape: [], data: [0] } },
      nodes: [['MatMul', ['x', 'u'], ['h']], ...nodes],
      outputs: ['y'],
    });
  const flat = (place: string) =>
    `${place}: a function in steps, whose gradient is zero, so nothing before it learns through it; a gradient of your own (rules) can pass something on`;

  it.each<[string, string, TestNode[]]>([
    [
      'a cast to integers',
      'node "cast1" (Cast)',
      [
        ['Cast', ['h'], ['i'], { to: 7 }],
        ['Cast', ['i'], ['s'], { to: 1 }],
        ['MatMul', ['s', 'w'], ['y']],
      ],
    ],
    [
      'a comparison',
      'node "greater1" (Greater)',
      [
        ['Greater', ['h', 'zero'], ['i']],
        ['Cast', ['i'], ['s'], { to: 1 }],
        ['MatMul', ['s', 'w'], ['y']],
      ],
    ],
    [
      'the place of the largest',
      'node "argmax1" (ArgMax)',
      [
        ['ArgMax', ['h'], ['i'], { axis: 1, keepdims: 0 }],
        ['Gather', ['w', 'i'], ['y']],
      ],
    ],
  ])('%s is told', (_, place, nodes) => {
    const { weights, notices } = buildTrainingStep(through(...nodes), { loss: 'mse', optimizer: 'sgd' });
    expect(weights.map(({ name }) => name)).toEqual(['w']);
    expect(notices).toEqual([{ code: 'flat-operator', message: flat(place) }]);
  });

  it('a choice between values that learn is not', () => {
    const leaky: TestNode[] = [
      ['Greater', ['h', 'zero'], ['i']],
      ['Neg', ['h'], ['n']],
      ['Where', ['i', 'h', 'n'], ['s']],
      ['MatMul', ['s', 'w'], ['y']],
    ];
    expect(buildTrainingStep(through(...leaky), { loss: 'mse', optimizer: 'sgd' }).notices).toEqual([]);
  });

  it('nor is how large it is', () => {
    const measured: TestNode[] = [
      ['Shape', ['u'], ['i']],
      ['Cast', ['i'], ['f'], { to: 1 }],
      ['ReduceSum', ['f'], ['s'], { keepdims: 0 }],
      ['Mul', ['x', 's'], ['m']],
      ['MatMul', ['m', 'w'], ['y']],
    ];
    expect(buildTrainingStep(through(...measured), { loss: 'mse', optimizer: 'sgd' }).notices).toEqual([]);
  });

  it('and nothing else does, the error says so', () => {
    const model = through(['Round', ['h'], ['y']]);
    const build = () => buildTrainingStep(model, { loss: 'mse', optimizer: 'sgd' });
    expect(build).toThrow(
      `nothing that could be trained leads to the loss; on the way is ${flat('node "round1" (Round)')}`,
    );
  });
});
