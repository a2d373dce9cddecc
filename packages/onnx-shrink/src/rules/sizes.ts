import { type Dim, divideDim, timesDim } from '@synaprune/axes';
import { type KnownSize, knownNumber, type LengthOf } from '../follow/graph-value.js';
import { type NodeCall, NotWritable } from '../follow/node-call.js';
import { whyComputed } from '../follow/why-computed.js';

/** More steps of arithmetic than any model takes from the length of an axis to a shape. */
const MOST_STEPS = 1000;

/** Arithmetic of sizes, undefined where only a run knows what comes out. */
export type SizeArithmetic = (a: Dim, b: Dim) => Dim | undefined;

const numbers =
  (of: (a: number, b: number) => number): SizeArithmetic =>
  (a, b) =>
    typeof a === 'number' && typeof b === 'number' ? of(a, b) : undefined;

const same = numbers((x, y) => (x === y ? 1 : 0));
const isOpen = (dim: Dim) => typeof dim !== 'number' && dim.times > 0;
const isBelow = (dim: Dim) => typeof dim === 'number' && dim < 0;

/** What integers become by operators of ONNX. */
export const sizeArithmetic: Readonly<Record<string, SizeArithmetic>> = {
  Add: (a, b) => (a === 0 ? b : b === 0 ? a : numbers((x, y) => x + y)(a, b)),
  Sub: (a, b) => (b === 0 ? a : numbers((x, y) => x - y)(a, b)),
  Mul: timesDim,
  Div: (a, b) => (b === 0 ? undefined : (divideDim(a, b) ?? numbers((x, y) => Math.trunc(x / y))(a, b))),
  Max: numbers(Math.max),
  Min: numbers(Math.min),
  Mod: numbers((x, y) => ((x % y) + y) % y),
  // No length is negative, however open it is.
  Equal: (a, b) => (isOpen(a) && isBelow(b) ? 0 : isOpen(b) && isBelow(a) ? 0 : same(a, b)),
  Greater: numbers((x, y) => (x > y ? 1 : 0)),
  Less: numbers((x, y) => (x < y ? 1 : 0)),
};

/**
 * Two lists of sizes element by element, one number with any. Axes whose lengths get lost on the way stay.
 */
export function combineSizes(
  call: NodeCall,
  a: readonly (KnownSize | undefined)[],
  b: readonly (KnownSize | undefined)[],
  of: SizeArithmetic,
): readonly (KnownSize | undefined)[] {
  const length = Math.max(a.length, b.length);
  return Array.from({ length }, (_, i) => {
    const [x, y] = [a[a.length === 1 ? 0 : i], b[b.length === 1 ? 0 : i]];
    return combineTwo(call, x, y, of);
  });
}

function combineTwo(
  call: NodeCall,
  x: KnownSize | undefined,
  y: KnownSize | undefined,
  of: SizeArithmetic,
): KnownSize | undefined {
  const dim = x && y && of(x.dim, y.dim);
  const axes = [...new Set([...(x?.of ?? []), ...(y?.of ?? [])])];
  const where = x?.where ?? y?.where;
  const steps = 1 + Math.max(x?.steps ?? 0, y?.steps ?? 0);
  if (dim === undefined || (axes.length > 0 && steps > MOST_STEPS)) {
    for (const axis of axes) call.axes.hold(axis, whyComputed(call.place.label, where));
    return undefined;
  }
  if (axes.length === 0) return knownNumber(dim);
  return {
    dim,
    of: axes,
    steps,
    ...(where === undefined ? {} : { where }),
    after: once((lengthOf) => {
      const after = of(x!.after(lengthOf), y!.after(lengthOf));
      if (after === undefined) throw new NotWritable('it computes with a length that only a run knows');
      return after;
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
