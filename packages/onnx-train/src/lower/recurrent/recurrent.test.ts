import { type Attribute, buildModel, float } from '@synaprune/onnx/graph';
import { describe, expect, it } from 'vitest';
import { buildTrainingStep } from '../../step/build-training-step.js';
import { checkForward } from '../../testing/check-forward.js';
import { checkGradients } from '../../testing/check-gradients.js';
import { randomTensor, type TestModel, type TestTensor } from '../../testing/models.js';
import { load, startTraining } from '../../testing/runtime.js';

const gates: Readonly<Record<string, number>> = { LSTM: 4, GRU: 3, RNN: 1 };
const [length, batch, features, hidden] = [3, 2, 2, 2] as const;

/** A layer with inputs of its own at some places. */
function layer(
  op: string,
  attributes: Readonly<Record<string, Attribute>>,
  {
    states = true,
    bias = true,
    more = {},
  }: {
    readonly states?: boolean;
    readonly bias?: boolean;
    readonly more?: Readonly<Record<number, TestTensor>>;
  } = {},
): TestModel {
  const directions = attributes.direction === 'bidirectional' ? 2 : 1;
  const rows = gates[op]! * hidden;
  const cells = op === 'LSTM';
  const state = (seed: number) => randomTensor([directions, batch, hidden], seed);
  const inputs: Readonly<Record<number, TestTensor>> = {
    0: randomTensor([length, batch, features], 1),
    1: randomTensor([directions, rows, features], 2),
    2: randomTensor([directions, rows, hidden], 3),
    ...(bias ? { 3: randomTensor([directions, 2 * rows], 4) } : {}),
    ...(states ? { 5: state(5), ...(cells ? { 6: state(6) } : {}) } : {}),
    ...more,
  };
  const places = Object.keys(inputs).map(Number);
  const outputs = ['y', 'last', ...(cells ? ['cell'] : [])];
  return {
    tensors: Object.fromEntries(places.map((at) => [`in${at}`, inputs[at]!])),
    nodes: [
      [
        op,
        Array.from({ length: Math.max(...places) + 1 }, (_, at) => (inputs[at] ? `in${at}` : '')),
        outputs,
        { hidden_size: hidden, ...attributes },
      ],
    ],
    outputs,
  };
}

it('a layer whose input is no sequence is refused', () => {
  const model = buildModel({
    inputs: { x: [batch, features] },
    tensors: { w: randomTensor([1, 4 * hidden, features], 2), r: randomTensor([1, 4 * hidden, hidden], 3) },
    nodes: [['LSTM', ['x', 'w', 'r'], ['y'], { hidden_size: hidden }]],
    outputs: ['y'],
  });
  expect(() => buildTrainingStep(model, { loss: 'mse', optimizer: 'sgd' })).toThrow(
    'its input has 2 axes, and needs 3: sequence, batch and features',
  );
});

describe('gradients of recurrent layers, written out', () => {
  for (const op of ['LSTM', 'GRU', 'RNN']) {
    for (const direction of ['forward', 'reverse', 'bidirectional']) {
      it(`${op} ${direction}, from a given state`, () => checkGradients(layer(op, { direction })));
    }
    it(`${op} from zeros, without biases`, () =>
      checkGradients(layer(op, {}, { states: false, bias: false })));
  }
  it('GRU that resets after the product', () =>
    checkGradients(layer('GRU', { linear_before_reset: 1, direction: 'bidirectional' })));
});

const int32 = (...data: number[]): TestTensor => ({ type: 'int32', shape: [data.length], data });
const peepholes = (directions: number) => ({ 7: randomTensor([directions, 3 * hidden], 7) });
/** Weights so large that some of what activations read lies beyond the clip, and some within. */
const cases: Readonly<Record<string, TestModel>> = {
  'an LSTM with peepholes': layer('LSTM', {}, { more: peepholes(1) }),
  'an LSTM with peepholes, both ways, from zeros': layer(
    'LSTM',
    { direction: 'bidirectional' },
    { states: false, more: peepholes(2) },
  ),
  'an LSTM that forgets what it does not take in': layer('LSTM', { input_forget: 1 }),
  'an LSTM with peepholes that does': layer('LSTM', { input_forget: 1 }, { more: peepholes(1) }),
  ...Object.fromEntries(
    ['LSTM', 'GRU', 'RNN'].flatMap((op) => [
      [
        `a ${op} of sequences of several lengths, both ways`,
        layer(op, { direction: 'bidirectional' }, { more: { 4: int32(1, 3) } }),
      ],
      [
        `a ${op} of sequences of several lengths, backwards, from zeros`,
        layer(op, { direction: 'reverse' }, { states: false, more: { 4: int32(3, 2) } }),
      ],
      [`a clipped ${op}`, layer(op, { clip: float(0.4) })],
    ]),
  ),
  'a clipped GRU that resets after the product': layer('GRU', { clip: float(0.4), linear_before_reset: 1 }),
  'a clipped LSTM with peepholes': layer('LSTM', { clip: float(0.3) }, { more: peepholes(1) }),
};

describe('as the runtime computes it, with its gradients, is', () => {
  for (const [what, model] of Object.entries(cases)) {
    it(what, async () => {
      await checkForward(model);
      await checkGradients(model);
    });
  }
});

describe('lengths of sequences', () => {
  it('that a batch feeds are followed', async () => {
    const { tensors, ...model } = layer('LSTM', { direction: 'bidirectional' });
    const node = model.nodes[0]!;
    const inputs = [...node[1]];
    inputs[4] = 'lengths';
    const fed = buildModel({
      ...model,
      inputs: { lengths: { shape: [batch], type: 'int32' } },
      tensors: tensors!,
      nodes: [[node[0], inputs, node[2], node[3]!]],
    });
    const step = buildTrainingStep(fed, { loss: 'mse', outputs: 'y', optimizer: 'sgd' });
    const training = await startTraining(step);
    const plain = await load(fed);
    for (const data of [
      [3, 1],
      [2, 3],
    ]) {
      const lengths: TestTensor = { type: 'int32', shape: [batch], data };
      const { y } = await plain.run({ lengths });
      const batchOf = { lengths, [step.inputs[1]!.name]: y! };
      expect((await training.run(batchOf, 0)).loss).toBeLessThan(1e-12);
    }
    await training.release();
    await plain.release();
  });

  it('for another batch are a broken model', () => {
    const model = buildModel(layer('GRU', {}, { more: { 4: int32(1, 2, 3) } }));
    expect(() => buildTrainingStep(model, { loss: 'mse', outputs: 'y', optimizer: 'sgd' })).toThrow(
      expect.objectContaining({ code: 'bad-model' }),
    );
  });
});
