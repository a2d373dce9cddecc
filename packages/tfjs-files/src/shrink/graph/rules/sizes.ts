import { type Dim, divideDim, timesDim } from '@synaprune/axes';
import type { KnownSize } from '../../follow/known-size.js';
import type { NodeCall } from '../node-call.js';

/** Arithmetic of sizes, undefined where only a run knows what comes out. */
export type SizeArithmetic = (a: Dim, b: Dim) => Dim | undefined;

const numbers =
  (of: (a: number, b: number) => number): SizeArithmetic =>
  (a, b) =>
    typeof a === 'number' && typeof b === 'number' ? of(a, b) : undefined;

const add: SizeArithmetic = (a, b) => (a === 0 ? b : b === 0 ? a : numbers((x, y) => x + y)(a, b));
const divide: SizeArithmetic = (a, b) =>
  b === 0 ? undefined : (divideDim(a, b) ?? numbers((x, y) => Math.floor(x / y))(a, b));

/** What whole numbers become by operators. */
export const sizeArithmetic: Readonly<Record<string, SizeArithmetic>> = {
  Add: add,
  AddV2: add,
  Sub: (a, b) => (b === 0 ? a : numbers((x, y) => x - y)(a, b)),
  Mul: timesDim,
  FloorDiv: divide,
  Div: divide,
  Maximum: numbers(Math.max),
  Minimum: numbers(Math.min),
  FloorMod: (a, b) => (b === 0 ? undefined : numbers((x, y) => ((x % y) + y) % y)(a, b)),
};

/** Two lists of sizes element by element, one number with any. Axes whose lengths get lost on the way stay. */
export function combineSizes(
  call: NodeCall,
  a: readonly (KnownSize | undefined)[],
  b: readonly (KnownSize | undefined)[],
  of: SizeArithmetic,
): readonly (KnownSize | undefined)[] {
  const length = Math.max(a.length, b.length);
  return Array.from({ length }, (_, i) => {
    const [x, y] = [a[a.length === 1 ? 0 : i], b[b.length === 1 ? 0 : i]];
    const dim = x && y && of(x.dim, y.dim);
    const axes = [...(x?.of ?? []), ...(y?.of ?? [])];
    if (dim === undefined) {
      for (const axis of axes) {
        call.axes.hold(axis, `${call.place.label}: it computes with the length of the axis`);
      }
      return undefined;
    }
    return { dim, of: axes, after: (lengthOf) => of(x!.after(lengthOf), y!.after(lengthOf)) ?? dim };
  });
}
