import { buildModel, type NodeParts } from '@synaprune/onnx/graph';
import { describe, expect, it } from 'vitest';
import { numbers, randomParts } from '../testing/models.js';
import { useNode } from '../testing/runtimes.js';
import { startTrainer } from '../testing/trainer-cases.js';

const runtime = await useNode();
const FROZEN = randomParts([6, 8], 1);
const options = { trainable: ['head'], loss: 'mse', optimizer: { kind: 'sgd' } } as const;

type Change = {
  readonly below?: typeof FROZEN;
  readonly activation?: NodeParts;
  readonly names?: readonly [hidden: string, active: string];
  readonly parts?: Partial<Parameters<typeof buildModel>[0]>;
  readonly tensors?: Parameters<typeof buildModel>[0]['tensors'];
};

/** A trained layer on a frozen one. */
function model({ below = FROZEN, activation, names: [h, a] = ['h', 'a'], parts, tensors }: Change = {}) {
  return buildModel({
    inputs: { x: ['batch', 6] },
    tensors: { below, head: randomParts([8, 3], 2), ...tensors },
    nodes: [
      ['MatMul', ['x', 'below'], [h]],
      activation ?? ['LeakyRelu', [h], [a], { alpha: { float: 0.1 } }],
      ['MatMul', [a, 'head'], ['y']],
    ],
    outputs: { y: ['batch', 3] },
    ...parts,
  });
}

const batch = { inputs: { x: numbers(24, 3) }, targets: { y: numbers(12, 4) } };
const first = await startTrainer(runtime, { model: model(), ...options });
await first.step(batch);
const saved = JSON.parse(JSON.stringify(await first.save()));

describe('a state is not restored into', () => {
  it.each<[string, Change]>([
    ['other frozen weights', { below: randomParts([6, 8], 9) }],
    ['a single bit of them', { below: { shape: [6, 8], data: nudged() } }],
    [
      'all of them negated',
      { below: { shape: [6, 8], data: Array.from(FROZEN.data, (value) => -Number(value)) } },
    ],
    ['another activation', { activation: ['Tanh', ['h'], ['a']] }],
    ['another attribute', { activation: ['LeakyRelu', ['h'], ['a'], { alpha: { float: 0.2 } }] }],
    ['another version of the operators', { parts: { opset: 16 } }],
  ])('a model with %s', async (_, change) => {
    const other = await startTrainer(runtime, { model: model(change), ...options });
    const before = await other.save();
    await expect(other.restore(saved)).rejects.toMatchObject({
      code: 'state-mismatch',
      message:
        'the state is of another model: one of the same trained tensors, and of other operators, or of other values where ' +
        "nothing is trained. Where it is meant to go on in this one, restore takes { match: 'position' }",
    });
    expect(await other.save()).toEqual(before);
    await other.restore(saved, { match: 'position' });
    expect(other.steps).toBe(1);
    await other.dispose();
  });

  it('a model that is wired otherwise', async () => {
    const [one, two] = [randomParts([6, 6], 1), randomParts([6, 6], 2)];
    const wired = ([a, b]: readonly [string, string]) =>
      buildModel({
        inputs: { x: ['batch', 6] },
        tensors: { one, two },
        nodes: [
          ['MatMul', ['x', a], ['h']],
          ['MatMul', ['h', b], ['y']],
        ],
        outputs: { y: ['batch', 6] },
      });
    const plain = { loss: 'mse', optimizer: { kind: 'sgd' } } as const;
    const here = await startTrainer(runtime, { model: wired(['one', 'two']), ...plain });
    const there = await startTrainer(runtime, { model: wired(['two', 'one']), ...plain });
    await expect(there.restore(await here.save())).rejects.toMatchObject({ code: 'state-mismatch' });
  });
});

describe('a state is restored into', () => {
  it.each<[string, () => Promise<Uint8Array> | Uint8Array]>([
    ['what the trainer has exported', () => first.export()],
    ['other names of what lies between', () => model({ names: ['inner', 'active'] })],
    ['a tensor more that nothing reads', () => model({ tensors: { idle: randomParts([2], 5) } })],
  ])('a model with %s', async (_, make) => {
    const other = await startTrainer(runtime, { model: await make(), ...options });
    await other.restore(saved);
    const [next, own] = [await first.save(), await other.save()];
    expect(own.tensors).toEqual(next.tensors);
    expect(own.model).toBe(next.model);
    await other.dispose();
  });
});

it.each([
  ['weights that a node holds', 'Constant'],
  ['branches and functions', 'If'],
  ['float16', 'float16'],
])('is the same after training, for a model with %s', async (_, kind) => {
  const own = await startTrainer(runtime, { model: special(kind), loss: 'mse', optimizer: { kind: 'sgd' } });
  await own.step({ inputs: { x: numbers(24, 3) }, targets: { y: numbers(24, 4) } });
  const state = await own.save();
  const other = await startTrainer(runtime, {
    model: await own.export(),
    loss: 'mse',
    optimizer: { kind: 'sgd' },
  });
  expect(state.tensors.map(({ name }) => name)).toEqual(['k']);
  await other.restore(state);
  expect((await other.save()).tensors).toEqual(state.tensors);
});

function special(kind: string): Uint8Array {
  const k = { ...randomParts([6, 6], 1), ...(kind === 'float16' && { type: 'float16' as const }) };
  const held = kind === 'Constant';
  const nodes: NodeParts[] = [
    ...(held ? [['Constant', [], ['k'], { value: { tensor: k } }] satisfies NodeParts] : []),
    ['MatMul', ['x', 'k'], ['h']],
  ];
  if (kind === 'If') {
    const branch = (op: string) => ({ graph: { nodes: [[op, ['h'], ['b']] as NodeParts], outputs: ['b'] } });
    nodes.push(['own::Same', ['h'], ['s']]);
    nodes.push(['If', ['yes'], ['y'], { then_branch: branch('Tanh'), else_branch: branch('Relu') }]);
  } else nodes.push(['Tanh', ['h'], ['y']]);
  return buildModel({
    inputs: { x: kind === 'float16' ? { shape: ['batch', 6], type: 'float16' } : ['batch', 6] },
    tensors: {
      ...(held ? {} : { k }),
      ...(kind === 'If' && { yes: { shape: [], data: [1], type: 'bool' as const } }),
    },
    nodes,
    ...(kind === 'If' && {
      functions: { 'own::Same': { inputs: ['a'], nodes: [['Identity', ['a'], ['b']]], outputs: ['b'] } },
    }),
    outputs: { y: kind === 'float16' ? { shape: ['batch', 6], type: 'float16' } : ['batch', 6] },
  });
}

/** The frozen weights with the last bit of the last one changed. */
function nudged(): Float32Array {
  const values = Float32Array.from(FROZEN.data as Float32Array);
  new Int32Array(values.buffer)[47]! ^= 1;
  return values;
}
