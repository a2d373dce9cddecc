import type { Element } from '../elements/element.js';
import type { Kind } from '../elements/kind.js';
import type { Attributes } from '../values/attributes.js';
import type { Value } from '../values/value.js';

/** A node whose inputs are all known; a missing optional input is undefined. */
export interface FoldCall {
  readonly inputs: readonly (Value | undefined)[];
  readonly attributes: Attributes;
  /** What its outputs are. */
  readonly kinds: readonly Kind[];
}

/**
 * The elements of a node's outputs, exactly as every runtime computes them. Undefined leaves the node to the
 * runtime: where the standard leaves a result open, as a float beyond the integers it is cast to, or where it
 * depends on the order of a sum.
 */
export type Fold = (call: FoldCall) => readonly (readonly Element[])[] | undefined;

/** The elements of an input that is there and known. */
export function knownElements(value: Value | undefined): readonly Element[] {
  return value?.constant?.elements() ?? [];
}

/** The same as plain numbers: counts, axes and indices. */
export function knownNumbers(value: Value | undefined): readonly number[] {
  return value?.constant?.numbers() ?? [];
}
