import type { GradientRule } from '../tape/gradient-rule.js';
import { activationRules } from './activations.js';
import { elementwiseRules } from './elementwise.js';
import { indexRules } from './indices.js';
import { layoutRules } from './layout.js';
import { productRules } from './products.js';
import { reductionRules } from './reductions.js';
import { windowRules } from './windows.js';

export { flatOperators } from './activations.js';

/** The gradient rules of this package, by operator. */
export const gradientRules: Readonly<Record<string, GradientRule>> = {
  ...activationRules,
  ...elementwiseRules,
  ...indexRules,
  ...layoutRules,
  ...productRules,
  ...reductionRules,
  ...windowRules,
};
