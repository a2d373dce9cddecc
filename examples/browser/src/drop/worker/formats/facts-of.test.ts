import { expect, it } from 'vitest';
import { factsOf } from './facts-of';

const weight = (name: string, pruned = true) => ({
  name,
  elements: 4,
  role: 'kernel',
  pruned,
  reason: pruned ? 'kernel of Conv' : 'operand of Add',
});
const noGroups = { groups: [], held: [] };
const orderOf = (...names: string[]) =>
  factsOf(
    names.map((name) => weight(name)),
    { groups: names.map((name) => ({ name, kind: 'chain', channels: 8 })), held: [] },
  ).layers;

it('puts 2 before 10 where layers come in the order of letters, and keeps the order of a model that has one', () => {
  const { weight: weights, channel } = orderOf('conv_1', 'conv_10', 'conv_11', 'conv_2');
  expect(weights.map(({ name }) => name)).toEqual(['conv_1', 'conv_2', 'conv_10', 'conv_11']);
  expect(channel.map(({ name }) => name)).toEqual(['conv_1', 'conv_2', 'conv_10', 'conv_11']);
  expect(orderOf('stem', 'block10', 'block2', 'head').weight.map(({ name }) => name)).toEqual([
    'stem',
    'block10',
    'block2',
    'head',
  ]);
});

it('says why there is nothing to prune, of one tensor and of many', () => {
  expect(factsOf([weight('b', false)], noGroups).none.weight).toBe('its one tensor is “b”: operand of Add');
  const large = { ...weight('c', false), elements: 9 };
  expect(factsOf([weight('b', false), large], noGroups).none.weight).toBe(
    'the largest of its 2 tensors is “c”: operand of Add',
  );
  expect(factsOf([], noGroups).none.weight).toBe('there are no weights in it');
});
