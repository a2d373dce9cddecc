import { elementwiseShapes } from './elementwise.js';
import { layoutShapes } from './layout.js';
import { productShapes } from './products.js';
import { reductionShapes } from './reductions.js';
import type { ShapeRule } from './rule.js';
import { windowShapes } from './windows.js';

/** Every operator that a step graph may hold, after older and richer forms were rewritten. */
export const inferKinds: Readonly<Record<string, ShapeRule>> = {
  ...elementwiseShapes,
  ...layoutShapes,
  ...productShapes,
  ...reductionShapes,
  ...windowShapes,
};
