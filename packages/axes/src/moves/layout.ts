import type { Axis } from '../axes/axis.js';
import { type AxedValue, type Place, whyAt } from './value.js';

/** Axes in another order. */
export function transpose(x: AxedValue, order: readonly number[]): AxedValue {
  return { ...x, axes: order.map((i) => x.axes[i]!), zero: order.map((i) => x.zero[i]!) };
}

/** One axis for another, the rest as it is. */
export function withAxis(x: AxedValue, at: number, axis: Axis): AxedValue {
  return { ...x, axes: x.axes.map((each, i) => (i === at ? axis : each)) };
}

/** Without the given axes, which have one index each. */
export function squeeze(place: Place, x: AxedValue, along: readonly number[]): AxedValue {
  for (const i of along) place.axes.hold(x.axes[i]!, whyAt(place, i, 'it has one index'));
  const stays = (_: unknown, i: number) => !along.includes(i);
  return { ...x, axes: x.axes.filter(stays), zero: x.zero.filter(stays) };
}

/** With axes of one index at the given places of the result, ascending. */
export function unsqueeze(place: Place, x: AxedValue, at: readonly number[]): AxedValue {
  const axes = [...x.axes];
  const zero = [...x.zero];
  for (const i of at) {
    axes.splice(i, 0, place.axes.held(1, whyAt(place, i, 'it has one index')));
    zero.splice(i, 0, false);
  }
  return { ...x, axes, zero };
}

/** Some indices along an axis, in that order. */
export function pick(place: Place, x: AxedValue, at: number, indices: readonly number[]): AxedValue {
  return withAxis(x, at, place.axes.pick(x.axes[at]!, indices));
}

/**
 * One behind the other along an axis.
 *
 * @throws SizesDiffer when the other axes do not line up
 */
export function concat(place: Place, inputs: readonly AxedValue[], at: number): AxedValue {
  const [first] = inputs;
  const axes = first!.axes.map((axis, i) => {
    if (i === at) return place.axes.join(inputs.map((input) => input.axes[at]!));
    for (const input of inputs.slice(1)) {
      place.axes.unite(axis, input.axes[i]!, whyAt(place, i, 'it lines up with another'));
    }
    return axis;
  });
  return {
    axes,
    zero: first!.zero.map((_, i) => inputs.every(({ zero }) => zero[i])),
    parameter: inputs.every(({ parameter }) => parameter),
  };
}
