import { computed, holdSome, type KnownSize, knownNumber, lengthOfAxis, productOf } from '@synaprune/axes';
import { quote } from '@synaprune/core/checks';
import { showEndpoint } from '../../../graph-model/endpoint.js';
import type { Rule } from '../node-call.js';

const shape: Rule = (call) => {
  const x = call.input(0);
  call.sizes(0);
  const sizes = x.axes.map((axis, i) =>
    lengthOfAxis(axis, `axis ${i} of ${quote(showEndpoint(call.node.inputs[0]!))}`),
  );
  const axis = call.axes.held(sizes.length, `${call.place.label}: a list of lengths`);
  return { outputs: [{ ...computed([axis], [false]), sizes }] };
};

const size: Rule = (call) => {
  const { axes } = call.input(0);
  call.sizes(0);
  const known: KnownSize = {
    dim: productOf(axes.map(({ dim }) => dim)),
    of: [...new Set(axes)],
    where: `the axes of ${quote(showEndpoint(call.node.inputs[0]!))}`,
    after: (lengthOf) => productOf(axes.map(lengthOf)),
  };
  return { outputs: [{ ...computed([], []), sizes: [known] }] };
};

const rank: Rule = (call) => {
  const { axes } = call.input(0);
  call.sizes(0);
  return { outputs: [{ ...computed([], []), sizes: [knownNumber(axes.length)] }] };
};

/** A value that is the same everywhere, of a shape that stays what it is. */
const fill: Rule = (call) => {
  const sizes = call.input(0).sizes;
  if (sizes === undefined) return { outputs: [undefined] };
  const axes = sizes.map((each, i) =>
    call.axes.held(each?.dim ?? call.open(`axis ${i}`), `${call.place.label}: it is filled`),
  );
  holdSome(call.place, call.input(1), [0], 'it fills a value');
  return {
    outputs: [
      computed(
        axes,
        axes.map(() => false),
      ),
    ],
  };
};

export const shapeRules: Readonly<Record<string, Rule>> = {
  Shape: shape,
  Size: size,
  Rank: rank,
  Fill: fill,
};
