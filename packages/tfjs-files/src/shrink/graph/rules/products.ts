import { type AxedValue, computed, matMul, transpose, whyAt } from '@synaprune/axes';
import { NotFollowed } from '../../follow/followed.js';
import type { NodeCall, Rule } from '../node-call.js';
import { isOn } from './attributes.js';
import { finish } from './convolutions.js';

function turned(value: AxedValue, turn: boolean): AxedValue {
  if (!turn) return value;
  const order = value.axes.map((_, i) => i);
  const last = order.length - 1;
  [order[last], order[last - 1]] = [last - 1, last];
  return transpose(value, order);
}

/** A matrix that nothing is known of, as the one that it is multiplied with says that it must be. */
function rowsFor(call: NodeCall, turn: boolean): AxedValue {
  const other = call.input(1);
  if (other.axes.length !== 2) throw new NotFollowed(`${call.place.label}: nothing is known of input 0`);
  const why = whyAt(call.place, 0, 'its shape is not known');
  const axes = [call.axes.held(call.open('rows'), why), call.axes.held(other.axes[turn ? 1 : 0]!.dim, why)];
  return computed(axes, [false, false]);
}

const product: Rule = (call) => {
  const [turnLeft, turnRight] = [
    isOn(call, 'transpose_a', 'adj_x', 'transposeA'),
    isOn(call, 'transpose_b', 'adj_y', 'transposeB'),
  ];
  const [left, right] = [call.maybe(0) ?? rowsFor(call, turnRight), call.input(1)];
  if (left.axes.length < 2 || right.axes.length < 2) throw new NotFollowed('a vector is no matrix');
  const a = turned(left, call.maybe(0) !== undefined && turnLeft);
  const b = turned(right, turnRight);
  const value = matMul(call.place, a, b);
  return {
    outputs: [finish(call, value, value.axes.length - 1)],
    multiplyAdds: [...value.axes, a.axes.at(-1)!],
  };
};

export const productRules: Readonly<Record<string, Rule>> = {
  MatMul: product,
  _FusedMatMul: product,
  BatchMatMul: product,
  BatchMatMulV2: product,
};
