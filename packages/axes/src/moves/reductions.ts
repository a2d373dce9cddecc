import { type AxedValue, type Place, whyAt } from './value.js';

/** What a reduction makes of its numbers. */
export type Reduction =
  /** Zeros add nothing: sums, norms. */
  | 'sum'
  /** Zeros count: means, variances. */
  | 'mean'
  /** Zeros may be the answer: the largest, the smallest, products. */
  | 'other';

/** A value reduced along axes, which stay with one index or go. */
export function reduce(
  place: Place,
  x: AxedValue,
  along: readonly number[],
  { kind, keep }: { readonly kind: Reduction; readonly keep: boolean },
): AxedValue {
  const { axes } = place;
  for (const i of along) {
    const axis = x.axes[i]!;
    if (kind === 'other') axes.hold(axis, whyAt(place, i, 'it is reduced, and zeros would count'));
    else if (kind === 'mean') holdAcross(place, axis, i);
    else if (!x.zero[i])
      axes.hold(axis, whyAt(place, i, 'it is added up over, and units are not 0 there without weights'));
  }
  const one = axes.held(1, whyAt(place, along[0] ?? 0, 'it is reduced'));
  const kept = x.axes.map((axis, i) => (along.includes(i) ? one : axis));
  const zero = x.zero.map((each, i) => each && !along.includes(i));
  const stays = (_: unknown, i: number) => keep || !along.includes(i);
  return { axes: kept.filter(stays), zero: zero.filter(stays), parameter: x.parameter };
}

/** An axis that numbers are compared along stays, unless that was allowed by name. */
export function holdAcross(place: Place, axis: AxedValue['axes'][number], index: number): void {
  if (place.acrossNormalisation) return;
  place.axes.hold(
    axis,
    whyAt(
      place,
      index,
      "it is normalised over: without a unit the others change; across: 'normalisation' allows it",
    ),
  );
}
