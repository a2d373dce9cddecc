import { elementsOf } from '@synaprune/core/checks';
import type { ElementType } from './element-type.js';

/** What a tensor is: its element type and its shape, every dimension a number. */
export interface Kind {
  readonly type: ElementType;
  readonly shape: readonly number[];
}

/** More axes than any runtime takes. */
export const MOST_AXES = 64;

/** More elements than any runtime could hold. */
const MOST_ELEMENTS = 2 ** 40;

/** What is wrong with a shape, for messages; undefined where it is one that a tensor may have. */
export function faultOf(shape: readonly number[]): string | undefined {
  if (shape.length > MOST_AXES) return `${shape.length} axes, and at most ${MOST_AXES} can be`;
  const whole = shape.every((dimension) => Number.isInteger(dimension) && dimension >= 0);
  return whole && elementsOf(shape) <= MOST_ELEMENTS ? undefined : `the impossible shape ${showShape(shape)}`;
}

/** Whether two shapes are equal. */
export function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((dimension, axis) => dimension === b[axis]);
}

/** `[2, 3]`, for messages. */
export function showShape(shape: readonly number[]): string {
  return shape.length > MOST_AXES
    ? `[${shape.slice(0, 8).join(', ')}, … ${shape.length} in all]`
    : `[${shape.join(', ')}]`;
}
