import type { Rule } from '../node-call.js';
import { arrangementRules } from './arrangement.js';
import { choiceRules } from './choices.js';
import { convolutionRules } from './convolutions.js';
import { elementwiseRules } from './elementwise.js';
import { normalisationRules } from './normalisation.js';
import { productRules } from './products.js';
import { reductionRules } from './reductions.js';
import { shapeRules } from './shapes.js';
import { windowRules } from './windows.js';

/** Every operator of graph models that axes are followed through. */
const RULES: Readonly<Record<string, Rule>> = {
  ...arrangementRules,
  ...choiceRules,
  ...convolutionRules,
  ...elementwiseRules,
  ...normalisationRules,
  ...productRules,
  ...reductionRules,
  ...shapeRules,
  ...windowRules,
};

/** The rule of an operator, or undefined where there is none. */
export function ruleOf(op: string): Rule | undefined {
  return Object.hasOwn(RULES, op) ? RULES[op] : undefined;
}
