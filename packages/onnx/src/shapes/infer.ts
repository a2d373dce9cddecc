import { choosingShapes } from './choosing.js';
import { elementwiseShapes } from './elementwise.js';
import { layoutShapes } from './layout.js';
import { productShapes } from './products.js';
import { quantisedShapes } from './quantised.js';
import { reductionShapes } from './reductions.js';
import type { ShapeRule } from './rule.js';
import { samplingShapes } from './sampling.js';
import { windowShapes } from './windows.js';

/** Every operator that a step graph may hold, after older and richer forms were rewritten. */
export const inferKinds: Readonly<Record<string, ShapeRule>> = {
  ...choosingShapes,
  ...elementwiseShapes,
  ...layoutShapes,
  ...productShapes,
  ...quantisedShapes,
  ...reductionShapes,
  ...samplingShapes,
  ...windowShapes,
};
