import type { Kind } from '../elements/kind.js';
import type { Attributes } from '../values/attributes.js';
import type { Value } from '../values/value.js';

/**
 * The types and shapes of a node's outputs. Called with the inputs as the node has them (a missing optional
 * input is undefined).
 *
 * @throws RangeError when they do not fit
 */
export type ShapeRule = (
  inputs: readonly Value[],
  attributes: Attributes,
  outputCount: number,
) => readonly Kind[];
