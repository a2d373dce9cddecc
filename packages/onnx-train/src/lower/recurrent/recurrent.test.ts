import { type Attribute, buildModel } from '@synaprune/onnx/graph';
import { describe, expect, it } from 'vitest';
import { buildTrainingStep } from '../../step/build-training-step.js';
import { checkGradients } from '../../testing/check-gradients.js';
import { randomTensor } from '../../testing/models.js';

const gates: Readonly<Record<string, number>> = { LSTM: 4, GRU: 3, RNN: 1 };
const [length, batch, features, hidden] = [3, 2, 2, 2] as const;

async function check(
  op: string,
  attributes: Readonly<Record<string, Attribute>>,
  states: boolean,
  bias = true,
): Promise<void> {
  const directions = attributes.direction === 'bidirectional' ? 2 : 1;
  const rows = gates[op]! * hidden;
  const state = randomTensor([directions, batch, hidden], 5);
  const cells = op === 'LSTM';
  await checkGradients({
    tensors: {
      x: randomTensor([length, batch, features], 1),
      w: randomTensor([directions, rows, features], 2),
      r: randomTensor([directions, rows, hidden], 3),
      ...(bias ? { b: randomTensor([directions, 2 * rows], 4) } : {}),
      ...(states ? { h: state, ...(cells ? { c: randomTensor([directions, batch, hidden], 6) } : {}) } : {}),
    },
    nodes: [
      [
        op,
        ['x', 'w', 'r', bias ? 'b' : '', '', ...(states ? ['h', ...(cells ? ['c'] : [])] : [])],
        ['y', 'last', ...(cells ? ['cell'] : [])],
        { hidden_size: hidden, ...attributes },
      ],
    ],
    outputs: ['y', 'last', ...(cells ? ['cell'] : [])],
  });
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
      it(`${op} ${direction}, from a given state`, () => check(op, { direction }, true));
    }
    it(`${op} from zeros, without biases`, () => check(op, {}, false, false));
  }
  it('GRU that resets after the product', () =>
    check('GRU', { linear_before_reset: 1, direction: 'bidirectional' }, true));
});
