import { type AxedValue, concat, contract, elementwise, holdAcross, type ZeroWhen } from '@synaprune/axes';
import { NotFollowed } from '../../follow/followed.js';
import type { LayerCall, LayerRule } from '../layer-call.js';
import { axesAt } from '../settings.js';

/** Values of one rank: others are lined up in another way. @throws NotFollowed */
function ofOneRank(call: LayerCall): readonly AxedValue[] {
  const inputs = call.inputs();
  if (inputs.some(({ axes }) => axes.length !== inputs[0]!.axes.length)) {
    throw new NotFollowed(`${call.place.label}: values of other ranks`);
  }
  return inputs;
}

const combine =
  (zeroWhen: ZeroWhen): LayerRule =>
  (call) => ({ outputs: [elementwise(call.place, ofOneRank(call), zeroWhen)] });

const concatenate: LayerRule = (call) => {
  const inputs = ofOneRank(call);
  const at = axesAt(call, 'axis', inputs[0]!.axes.length, -1)[0]!;
  return { outputs: [concat(call.place, inputs, at)] };
};

/** Example by example the product of two values over an axis of each. */
const dot: LayerRule = (call) => {
  const [a, b] = [call.input(0), call.input(1)];
  const setting = call.setting('axes');
  const given: readonly unknown[] = Array.isArray(setting) ? setting : [setting, setting];
  const [i, j] = [a, b].map(({ axes }, k) => {
    const axis = Number(given[k]);
    return axis < 0 ? axis + axes.length : axis;
  }) as [number, number];
  const isAxis = (axis: number, { axes }: AxedValue) =>
    Number.isInteger(axis) && axis > 0 && axis < axes.length;
  if (!isAxis(i, a) || !isAxis(j, b) || a.axes.length > 3 || b.axes.length > 3) {
    throw new NotFollowed(`${call.place.label}: it multiplies in another way`);
  }
  if (call.setting('normalize') === true) {
    holdAcross(call.place, a.axes[i]!, i);
    holdAcross(call.place, b.axes[j]!, j);
  }
  contract(call.place, { value: a, axis: i }, { value: b, axis: j });
  const rest = [
    ...a.axes.map((axis, k) => ({ axis, zero: a.zero[k]!, stays: k !== i })),
    ...b.axes.map((axis, k) => ({ axis, zero: b.zero[k]!, stays: k !== j && k !== 0 })),
  ].filter(({ stays }) => stays);
  if (rest.length === 1) {
    rest.push({ axis: call.axes.held(1, `${call.place.label}: one number`), zero: false, stays: true });
  }
  const output: AxedValue = {
    axes: rest.map(({ axis }) => axis),
    zero: rest.map(({ zero }) => zero),
    parameter: false,
  };
  return { outputs: [output], multiplyAdds: [[...output.axes, a.axes[i]!]] };
};

export const mergeRules: Readonly<Record<string, LayerRule>> = {
  Add: combine('all'),
  Subtract: combine('all'),
  Average: combine('all'),
  Maximum: combine('all'),
  Minimum: combine('all'),
  Multiply: combine('any'),
  Concatenate: concatenate,
  Dot: dot,
};
