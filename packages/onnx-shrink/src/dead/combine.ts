import type { Axis } from '@synaprune/axes';
import { type Carried, carried, lengthAt, notKnown, rounded, typeOfAll } from './carried.js';

/** What elements become, where NaN stands for one that is not known. */
export type OfElements = (values: readonly number[]) => number;

/**
 * Values combined element by element, lined up from the last axis on.
 *
 * @param axes of what comes out
 * @param of gives NaN where it needs what is not known
 * @param finite whether what comes out is, given what comes in; all of it unless told
 */
export function combine(
  inputs: readonly Carried[],
  axes: readonly Axis[],
  of: OfElements,
  finite: () => boolean = () => inputs.every((input) => input.finite()),
): Carried {
  const type = typeOfAll(inputs);
  const apply = (values: readonly number[]) => rounded(type, of(values));
  return carried(axes, {
    type,
    finite,
    along(axis) {
      const length = lengthAt({ axes }, axis);
      if (length === undefined) return undefined;
      const slots = inputs.map((input) => {
        const own = axis - axes.length + input.axes.length;
        // One index goes with any.
        if (own < 0 || lengthAt(input, own) === 1) return input.everywhere();
        return input.along(own) ?? notKnown(length);
      });
      if (slots.some((slot) => typeof slot !== 'number' && slot.length !== length)) return undefined;
      return Float64Array.from({ length }, (_, i) =>
        apply(slots.map((slot) => (typeof slot === 'number' ? slot : slot[i]!))),
      );
    },
    everywhere: () => apply(inputs.map((input) => input.everywhere())),
  });
}

/** All elements are passed on, to axes that may be longer where they had one index. */
export function passOn(input: Carried, axes: readonly Axis[]): Carried {
  const passed = combine([input], axes, ([value]) => value!);
  return { ...passed, numbers: input.numbers };
}
