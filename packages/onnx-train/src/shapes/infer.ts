import type { Attributes } from '../attributes.js';
import type { Kind, Value } from '../value.js';
import { elementwiseShapes } from './elementwise.js';
import { layoutShapes } from './layout.js';
import { productShapes } from './products.js';
import { reductionShapes } from './reductions.js';
import { windowShapes } from './windows.js';

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

/** Every operator that a step graph may hold, after older and richer forms were rewritten. */
export const inferKinds: Readonly<Record<string, ShapeRule>> = {
  ...elementwiseShapes,
  ...layoutShapes,
  ...productShapes,
  ...reductionShapes,
  ...windowShapes,
};
