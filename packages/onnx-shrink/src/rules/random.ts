import { type AxedValue, computed, holdSome, whyAt } from '@synaprune/axes';
import { listAt } from '@synaprune/onnx/graph';
import type { Rule } from '../follow/node-call.js';

const none = ({ axes }: AxedValue) => axes.map(() => false);

/** Drawn anew at every run, in the shape of something. */
const like: Rule = (call) => {
  const x = call.input(0);
  return { outputs: [computed(x.axes, none(x))] };
};

/** Ones where two axes have the same index. */
const eyeLike: Rule = (call) => {
  const x = call.input(0);
  holdSome(call.place, x, [0, 1], 'where an index is says where the ones are');
  return { outputs: [computed(x.axes, none(x))] };
};

/** Drawn anew at every run, in a shape that the node says. */
const drawn: Rule = (call) => {
  const shape = listAt(call.attributes, 'shape') ?? [];
  const axes = shape.map((size, i) =>
    call.axes.held(size, whyAt(call.place, i, 'the node says how long it is')),
  );
  return {
    outputs: [
      computed(
        axes,
        axes.map(() => false),
      ),
    ],
  };
};

export const randomRules: Readonly<Record<string, Rule>> = {
  RandomNormalLike: like,
  RandomUniformLike: like,
  Bernoulli: like,
  EyeLike: eyeLike,
  RandomNormal: drawn,
  RandomUniform: drawn,
};
