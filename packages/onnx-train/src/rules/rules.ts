import type { GradientRule } from '../tape/gradient-rule.js';
import { activationRules } from './activations.js';
import { choiceRules } from './choices.js';
import { elementwiseRules } from './elementwise.js';
import { indexRules } from './indices.js';
import { layoutRules } from './layout.js';
import { productRules } from './products.js';
import { quantisedRules } from './quantised.js';
import { reductionRules } from './reductions.js';
import { windowRules } from './windows.js';

export { flatInputs, flatOperators } from './activations.js';

/** The gradient rules of this package, by operator. */
export const gradientRules: Readonly<Record<string, GradientRule>> = {
  ...activationRules,
  ...choiceRules,
  ...elementwiseRules,
  ...indexRules,
  ...layoutRules,
  ...productRules,
  ...quantisedRules,
  ...reductionRules,
  ...windowRules,
};
