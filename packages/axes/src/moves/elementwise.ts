import type { Axis } from '../axes/axis.js';
import { type AxedValue, type Place, whyAt } from './value.js';

/** When the result is 0 for a unit: when all inputs are, any is, the first is, or not at all. */
export type ZeroWhen = 'all' | 'any' | 'first' | 'never';

/**
 * Values combined element by element, lined up from the last axis on; an axis of one index goes with any.
 *
 * @throws SizesDiffer
 */
export function elementwise(place: Place, inputs: readonly AxedValue[], zeroWhen: ZeroWhen): AxedValue {
  const rank = Math.max(0, ...inputs.map(({ axes }) => axes.length));
  const axes: Axis[] = [];
  const zero: boolean[] = [];
  for (let out = 0; out < rank; out += 1) {
    const slots = inputs.map((input) => {
      const at = out - rank + input.axes.length;
      const axis = input.axes[at];
      return axis === undefined ? undefined : { axis, zero: input.zero[at]! };
    });
    const there = slots.filter((slot) => slot !== undefined);
    const long = there.filter(({ axis }) => axis.dim !== 1);
    const [first, ...rest] = long.length > 0 ? long : there;
    for (const { axis } of rest)
      place.axes.unite(first!.axis, axis, whyAt(place, out, 'it lines up with another'));
    axes.push(first!.axis);
    const isZero = (slot: (typeof slots)[number]) =>
      (slot?.zero ?? false) && (slot!.axis.dim !== 1 || long.length === 0);
    zero.push(
      zeroWhen === 'all'
        ? slots.every(isZero)
        : zeroWhen === 'any'
          ? slots.some(isZero)
          : zeroWhen === 'first' && isZero(slots[0]),
    );
  }
  return { axes, zero, parameter: inputs.every(({ parameter }) => parameter) };
}
