import { elementsOf } from '@synaprune/core/checks';
import { type Element, isFoldable } from '../elements/element.js';
import type { Kind } from '../elements/kind.js';
import type { Attributes } from '../values/attributes.js';
import type { Value } from '../values/value.js';
import { castFold } from './cast.js';
import { choosingFolds } from './choosing.js';
import { elementwiseFolds } from './elementwise.js';
import { movingFolds } from './moving.js';
import { reductionFolds } from './reductions.js';
import type { Fold } from './rule.js';

/** More elements than shape computations have; larger constants are left to the runtime. */
const MOST_ELEMENTS = 4096;

/** Every operator that is computed before a graph runs where its inputs are known. */
export const folds: Readonly<Record<string, Fold>> = {
  ...choosingFolds,
  ...elementwiseFolds,
  ...movingFolds,
  ...reductionFolds,
  Cast: castFold,
};

/**
 * The elements of a node's outputs where they can be known before it runs: all its inputs are, and every runtime
 * computes the same, bit for bit. Undefined leaves the node to the runtime.
 *
 * @param most how many elements any input or output may have
 */
export function fold(
  op: string,
  inputs: readonly (Value | undefined)[],
  attributes: Attributes,
  kinds: readonly Kind[],
  most: number = MOST_ELEMENTS,
): readonly (readonly Element[])[] | undefined {
  const rule = folds[op];
  if (rule === undefined) return undefined;
  const few = ({ type, shape }: Kind) =>
    isFoldable(type) && elementsOf(shape) <= Math.min(most, MOST_ELEMENTS);
  if (!inputs.every((input) => input === undefined || (input.constant !== undefined && few(input)))) {
    return undefined;
  }
  if (inputs[0] === undefined || !kinds.every(few)) return undefined;
  return rule({ inputs, attributes, kinds });
}
