import type { Axis } from '../axes/axis.js';
import { type Dim, divideDim, productOf, sameDim, showDim } from '../axes/dim.js';
import type { Birth } from '../units/units.js';
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
  const parts = commonParts(
    from.map(({ axis }) => axis.dim),
    to.map(({ dim }) => dim),
  );
  if (parts === undefined) return undefined;
  const fine: Slot[] = [];
  for (const [k, { axis, zero }] of from.entries()) {
    const own = parts.before[k]!;
    const birth = { label: place.label, kind: 'channels' as const };
    const split = own.length === 1 ? [axis] : splitAxis(place, axis, own, birth);
    fine.push(...split.map((each) => ({ axis: each, zero })));
  }
  let at = 0;
  return parts.after.map(({ length }) => {
    at += length;
    return mergeSlots(place, fine.slice(at - length, at));
  });
}

/** What is left open of an axis is held, and so are its parts. */
function splitAxis({ axes }: Place, axis: Axis, parts: readonly Dim[], birth: Birth): readonly Axis[] {
  if (parts.every((part) => typeof part === 'number')) return axes.split(axis, parts, birth);
  const why = axes.whyHeld(axis) ?? 'its length is left open';
  axes.hold(axis, why);
  return parts.map((part) => axes.held(part, why));
}

function mergeSlots(place: Place, slots: readonly Slot[]): Slot {
  // Of a merged axis an index may go for any of its factors.
  const zero = slots.every((slot) => slot.zero || !place.axes.mayLose(slot.axis));
  return { axis: place.axes.merge(slots.map(({ axis }) => axis)), zero };
}

/** Sizes that both lists of sizes are products of, in order, where there are such. */
function commonParts(
  before: readonly Dim[],
  after: readonly Dim[],
): { readonly before: readonly Dim[][]; readonly after: readonly Dim[][] } | undefined {
  const left: Dim[][] = before.map(() => []);
  const right: Dim[][] = after.map(() => []);
  // The innermost first.
  let [i, j] = [before.length - 1, after.length - 1];
  let [a, b] = [before[i]!, after[j]!];
  while (i >= 0 && j >= 0) {
    if (a === 0 || b === 0) return undefined;
    const part: Dim | undefined =
      divideDim(a, b) !== undefined ? b : divideDim(b, a) !== undefined ? a : undefined;
    if (part === undefined) return undefined;
    left[i]!.unshift(part);
    right[j]!.unshift(part);
    [a, b] = [divideDim(a, part)!, divideDim(b, part)!];
    if (a === 1) a = before[--i]!;
    if (b === 1) b = after[--j]!;
  }
  return { before: left, after: right };
}
