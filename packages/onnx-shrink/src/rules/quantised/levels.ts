import { type AxedValue, whyAt } from '@synaprune/axes';
import type { GraphValue } from '../../follow/graph-value.js';
import { type NodeCall, NotFollowed } from '../../follow/node-call.js';
import { readNumber } from '../numbers.js';

interface Levels {
  readonly zero: readonly boolean[];
  readonly point: GraphValue | undefined;
}

/** What integers stand for, of values that nothing has moved since. */
const known = new WeakMap<AxedValue, Levels>();

function isSame(a: GraphValue | undefined, b: GraphValue | undefined): boolean {
  if (a === b) return true;
  if (a?.tensor !== undefined && a.tensor === b?.tensor) return true;
  const [x, y] = [a, b].map((each) => (each === undefined ? 0 : readNumber(each)));
  return x !== undefined && x === y;
}

/** Integers that stand for numbers: `zero` is that of the numbers, which `point` stands for 0 of. */
export function integersOf(
  { axes, parameter }: AxedValue,
  zero: readonly boolean[],
  point: GraphValue | undefined,
): AxedValue {
  const plain = isSame(point, undefined);
  const value: AxedValue = { axes, zero: zero.map((each) => each && plain), parameter };
  known.set(value, { zero, point });
  return value;
}

/** Whether the numbers that integers stand for are 0 at the indices of a unit. Weights without it are at their zero point. */
export function zeroOf(value: GraphValue, point: GraphValue | undefined): readonly boolean[] {
  if (value.parameter) return value.zero;
  const levels = known.get(value);
  if (levels !== undefined && isSame(levels.point, point)) return levels.zero;
  return isSame(point, undefined) ? value.zero : value.zero.map(() => false);
}

/** The numbers that integers stand for, as far as their axes go. */
export function numbersOf(value: GraphValue, point: GraphValue | undefined): AxedValue {
  return { axes: value.axes, zero: zeroOf(value, point), parameter: value.parameter };
}

/** Scales and zero points have one element, or one for each index of an axis. */
export function alignLevels(
  call: NodeCall,
  value: AxedValue,
  at: number,
  levels: readonly (GraphValue | undefined)[],
): void {
  for (const each of levels) {
    if (each === undefined || each.axes.every(({ dim }) => dim === 1)) continue;
    if (each.axes.length !== 1) throw new NotFollowed('its scales are those of blocks');
    call.axes.unite(
      value.axes[at]!,
      each.axes[0]!,
      whyAt(call.place, at, 'its scales and zero points line up with it'),
    );
  }
}

/** An input that may be left out. */
export function optional(call: NodeCall, input: number): GraphValue | undefined {
  return call.has(input) ? call.input(input) : undefined;
}
