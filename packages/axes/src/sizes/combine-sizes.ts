import type { Dim } from '../axes/dim.js';
import type { Place } from '../moves/value.js';
import type { SizeArithmetic } from './arithmetic.js';
import { type KnownSize, knownNumber, type LengthOf, LengthUnknown, whyComputed } from './known-size.js';

/** More steps of arithmetic than any model takes from the length of an axis to a shape. */
const MOST_STEPS = 1000;

type Maybe = KnownSize | undefined;

/** Two lists of sizes element by element, one number with any. Axes whose lengths get lost on the way stay. */
export function combineSizes(
  place: Place,
  a: readonly Maybe[],
  b: readonly Maybe[],
  of: SizeArithmetic,
): readonly Maybe[] {
  const length = Math.max(a.length, b.length);
  return Array.from({ length }, (_, i) => {
    const [x, y] = [elementOf(a, i), elementOf(b, i)];
    return computedOf(place, [x, y], {
      dim: x && y && of(x.dim, y.dim),
      after: (lengthOf) => of(x!.after(lengthOf), y!.after(lengthOf)),
    });
  });
}

/**
 * Of two lists of sizes, element by element, the one that a third says: `no` where it is 0. Axes whose lengths get lost
 * on the way stay.
 */
export function chooseSizes(
  place: Place,
  test: readonly Maybe[],
  { yes, no }: { readonly yes: readonly Maybe[]; readonly no: readonly Maybe[] },
): readonly Maybe[] {
  const length = Math.max(test.length, yes.length, no.length);
  return Array.from({ length }, (_, i) =>
    choose(place, elementOf(test, i), [elementOf(yes, i), elementOf(no, i)]),
  );
}

function choose(place: Place, test: Maybe, [yes, no]: readonly [Maybe, Maybe]): Maybe {
  const chosen = test && (test.dim === 0 ? no : yes);
  if (chosen !== undefined && test!.of.length === 0) return chosen;
  return computedOf(place, [test, yes, no], {
    dim: test && yes && no && chosen!.dim,
    after: (lengthOf) => (test!.after(lengthOf) === 0 ? no! : yes!).after(lengthOf),
  });
}

function elementOf(list: readonly Maybe[], i: number): Maybe {
  return list[list.length === 1 ? 0 : i];
}

interface Computed {
  /** Undefined where only a run knows it. */
  readonly dim: Dim | undefined;
  /** Asked where all that it is made of is known. */
  after(lengthOf: LengthOf): Dim | undefined;
}

/** A size that is made of others, or undefined and what it is made of stays. */
function computedOf(place: Place, from: readonly Maybe[], { dim, after }: Computed): Maybe {
  const known = from.filter((size) => size !== undefined);
  const axes = [...new Set(known.flatMap(({ of }) => of))];
  const where = known.find((size) => size.where !== undefined)?.where;
  const steps = 1 + Math.max(0, ...known.map((size) => size.steps ?? 0));
  if (dim === undefined || (axes.length > 0 && steps > MOST_STEPS)) {
    for (const axis of axes) place.axes.hold(axis, whyComputed(place.label, where));
    return undefined;
  }
  if (axes.length === 0) return knownNumber(dim);
  return {
    dim,
    of: axes,
    steps,
    ...(where === undefined ? {} : { where }),
    after: once((lengthOf) => {
      const length = after(lengthOf);
      if (length === undefined) throw new LengthUnknown('it computes with a length that only a run knows');
      return length;
    }),
  };
}

/** Asked again for the same lengths, the same answer: what is made of one size twice would be worked out over and over. */
function once(after: KnownSize['after']): KnownSize['after'] {
  let known: { readonly lengthOf: LengthOf; readonly dim: Dim } | undefined;
  return (lengthOf) => {
    if (known?.lengthOf !== lengthOf) known = { lengthOf, dim: after(lengthOf) };
    return known.dim;
  };
}
