import type { Axis } from '../axes/axis.js';
import { type Dim, productOf, sameDim, showDim } from '../axes/dim.js';
import { type AxedValue, type Place, whyAt } from './value.js';

interface Slot {
  readonly axis: Axis;
  readonly zero: boolean;
}

/**
 * The same elements in another shape. Axes that only stand elsewhere stay what they are; one that is split becomes
 * several, whose units go each for itself; several become one, whose indices go with any of theirs. What can be
 * followed in no such way stays.
 *
 * @param dims of the result
 */
export function reshape(place: Place, x: AxedValue, dims: readonly Dim[]): AxedValue {
  const { axes } = place;
  const before: Slot[] = x.axes.flatMap((axis, i) =>
    axes.factorsOf(axis).map((factor) => ({ axis: factor, zero: x.zero[i]! })),
  );
  // Axes of one index come and go as they please, and so have to keep it.
  for (const [i, axis] of x.axes.entries()) {
    if (axis.dim === 1) axes.hold(axis, whyAt(place, i, 'it has one index'));
  }
  const given = before.filter(({ axis }) => axis.dim !== 1);
  const wanted = dims.map((dim, at) => ({ dim, at })).filter(({ dim }) => dim !== 1);
  const made = new Array<Slot | undefined>(dims.length).fill(undefined);
  let [i, j] = [0, 0];
  while (i < given.length || j < wanted.length) {
    const span = nextSpan(given.slice(i), wanted.slice(j));
    const from = given.slice(i, i + (span?.[0] ?? given.length));
    const to = wanted.slice(j, j + (span?.[1] ?? wanted.length));
    const slots = span === undefined ? undefined : regroup(place, from, to);
    if (slots === undefined) {
      const why = whyAt(
        place,
        to[0]?.at ?? 0,
        `${show(from)} becomes ${to.map(({ dim }) => showDim(dim)).join('×')}`,
      );
      for (const { axis } of from) axes.hold(axis, why);
      for (const { dim, at } of to) made[at] = { axis: axes.held(dim, why), zero: false };
    } else for (const [k, slot] of slots.entries()) made[to[k]!.at] = slot;
    i += from.length;
    j += to.length;
  }
  const slots = made.map(
    (slot, at) => slot ?? { axis: axes.held(1, whyAt(place, at, 'it has one index')), zero: false },
  );
  return {
    axes: slots.map(({ axis }) => axis),
    zero: slots.map(({ zero }) => zero),
    parameter: x.parameter,
  };
}

function show(slots: readonly Slot[]): string {
  return slots.map(({ axis }) => showDim(axis.dim)).join('×');
}

/** The fewest axes of each that hold the same elements. */
function nextSpan(
  given: readonly Slot[],
  wanted: readonly { readonly dim: Dim }[],
): readonly [number, number] | undefined {
  const left = given.map((_, k) => productOf(given.slice(0, k + 1).map(({ axis }) => axis.dim)));
  const right = wanted.map((_, k) => productOf(wanted.slice(0, k + 1).map(({ dim }) => dim)));
  for (let total = 2; total <= left.length + right.length; total += 1) {
    for (let i = 1; i < total; i += 1) {
      const [a, b] = [left[i - 1], right[total - i - 1]];
      if (a !== undefined && b !== undefined && sameDim(a, b)) return [i, total - i];
    }
  }
  return undefined;
}

function regroup(
  place: Place,
  from: readonly Slot[],
  to: readonly { readonly dim: Dim; readonly at: number }[],
): readonly Slot[] | undefined {
  if (to.length === 1) return [mergeSlots(place, from)];
  const sizes = to.map(({ dim }) => dim);
  if (!sizes.every((size) => typeof size === 'number')) return undefined;
  if (!from.every(({ axis }) => typeof axis.dim === 'number')) return undefined;
  const parts = commonParts(
    from.map(({ axis }) => axis.dim as number),
    sizes,
  );
  if (parts === undefined) return undefined;
  const fine: Slot[] = [];
  for (const [k, { axis, zero }] of from.entries()) {
    const own = parts.before[k]!;
    const birth = { label: place.label, kind: 'channels' as const };
    const split = own.length === 1 ? [axis] : place.axes.split(axis, own, birth);
    fine.push(...split.map((each) => ({ axis: each, zero })));
  }
  let at = 0;
  return parts.after.map(({ length }) => {
    at += length;
    return mergeSlots(place, fine.slice(at - length, at));
  });
}

function mergeSlots(place: Place, slots: readonly Slot[]): Slot {
  // Of a merged axis an index may go for any of its factors.
  const zero = slots.every((slot) => slot.zero || !place.axes.mayLose(slot.axis));
  return { axis: place.axes.merge(slots.map(({ axis }) => axis)), zero };
}

/** Sizes that both lists of sizes are products of, in order, where there are such. */
function commonParts(
  before: readonly number[],
  after: readonly number[],
): { readonly before: readonly number[][]; readonly after: readonly number[][] } | undefined {
  const left: number[][] = before.map(() => []);
  const right: number[][] = after.map(() => []);
  // The innermost first.
  let [i, j] = [before.length - 1, after.length - 1];
  let [a, b] = [before[i]!, after[j]!];
  while (i >= 0 && j >= 0) {
    const part = Math.min(a, b);
    if (part === 0 || a % part !== 0 || b % part !== 0) return undefined;
    left[i]!.unshift(part);
    right[j]!.unshift(part);
    [a, b] = [a / part, b / part];
    if (a === 1) a = before[--i]!;
    if (b === 1) b = after[--j]!;
  }
  return { before: left, after: right };
}
