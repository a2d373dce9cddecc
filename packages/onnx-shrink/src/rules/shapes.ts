import { computed, type KnownSize, knownNumber, lengthOfAxis, productOf } from '@synaprune/axes';
import { quote } from '@synaprune/core/checks';
import { numberAt } from '@synaprune/onnx/graph';
import type { Rule } from '../follow/node-call.js';

const shape: Rule = (call) => {
  const x = call.input(0);
  call.sizes(0);
  const rank = x.axes.length;
  const from = numberAt(call.attributes, 'start', 0);
  const to = numberAt(call.attributes, 'end', rank);
  const whole = x.axes.map((axis, i): KnownSize => {
    const { dim } = axis;
    // What stays does so whatever comes.
    if (typeof dim === 'number' && !call.axes.mayLose(axis)) return knownNumber(dim);
    return lengthOfAxis(axis, `axis ${i} of ${quote(call.node.input[0]!)}`);
  });
  const sizes = whole.slice(from, to);
  const axis = call.axes.held(sizes.length, `${call.place.label}: a list of lengths`);
  return { outputs: [{ ...computed([axis], [false]), sizes }] };
};

const size: Rule = (call) => {
  const { axes } = call.input(0);
  const known: KnownSize = {
    dim: productOf(axes.map(({ dim }) => dim)),
    of: [...new Set(axes)],
    where: `the axes of ${quote(call.node.input[0]!)}`,
    after: (lengthOf) => productOf(axes.map(lengthOf)),
  };
  return { outputs: [{ ...computed([], []), sizes: [known] }] };
};

export const shapeRules: Readonly<Record<string, Rule>> = { Shape: shape, Size: size };
