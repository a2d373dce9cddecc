import { squeeze, transpose, unsqueeze } from '@synaprune/axes';
import { frontAxis, listAt } from '@synaprune/onnx/graph';
import { type NodeCall, NotFollowed, type Rule } from '../../follow/node-call.js';
import { withSizes } from './known-elements.js';

export const transposeRule: Rule = (call) => {
  const x = call.input(0);
  const rank = x.axes.length;
  const order = listAt(call.attributes, 'perm') ?? x.axes.map((_, i) => rank - 1 - i);
  if (order.length !== rank || new Set(order).size !== rank) throw new NotFollowed('no order of its axes');
  return { outputs: [transpose(x, order)] };
};

function axesOf(call: NodeCall, rank: number): readonly number[] | undefined {
  const given = call.has(1) ? call.numbers(1) : listAt(call.attributes, 'axes');
  if (call.has(1) && given === undefined) throw new NotFollowed('its axes are computed');
  return given?.map((axis) => frontAxis(axis, rank));
}

export const squeezeRule: Rule = (call) => {
  const x = call.input(0);
  const given = axesOf(call, x.axes.length);
  if (given === undefined && x.axes.some(({ dim }) => typeof dim !== 'number')) {
    throw new NotFollowed('how many axes have one index is left open');
  }
  const along = given ?? x.axes.flatMap(({ dim }, i) => (dim === 1 ? [i] : []));
  const value = withSizes(squeeze(call.place, x, along), call.sizes(0));
  if (given !== undefined) return { outputs: [value] };
  return {
    outputs: [value],
    // An axis that is left with one index is there still.
    edit(edit) {
      if (!x.axes.some((axis) => edit.keptOf(axis) !== undefined)) return;
      if (call.opset >= 13) edit.integers(1, along);
      else edit.attribute('axes', along);
    },
  };
};

export const unsqueezeRule: Rule = (call) => {
  const x = call.input(0);
  const count = (call.has(1) ? call.numbers(1) : listAt(call.attributes, 'axes'))?.length ?? 0;
  const at = axesOf(call, x.axes.length + count);
  if (at === undefined) throw new NotFollowed('it names no axes');
  return {
    outputs: [
      withSizes(
        unsqueeze(
          call.place,
          x,
          [...at].sort((a, b) => a - b),
        ),
        call.sizes(0),
      ),
    ],
  };
};
