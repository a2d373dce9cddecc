import type { Rule } from '../follow/node-call.js';
import { attentionRules } from './attention/attention.js';
import { controlRules } from './control.js';
import { convolutionRules } from './convolutions.js';
import { elementwiseRules } from './elementwise.js';
import { layoutRules } from './layout/layout.js';
import { normalisationRules } from './normalisation.js';
import { productRules } from './products.js';
import { quantisedRules } from './quantised/quantised.js';
import { recurrentRules } from './recurrent.js';
import { reductionRules } from './reductions.js';
import { shapeRules } from './shapes.js';
import { windowRules } from './windows.js';

/** Every operator that axes are followed through: ONNX's own by name, others as `com.microsoft::FusedMatMul`. */
const RULES: Readonly<Record<string, Rule>> = {
  ...attentionRules,
  ...controlRules,
  ...convolutionRules,
  ...elementwiseRules,
  ...layoutRules,
  ...normalisationRules,
  ...productRules,
  ...quantisedRules,
  ...recurrentRules,
  ...reductionRules,
  ...shapeRules,
  ...windowRules,
};

/** The rule of an operator, or undefined where there is none. */
export function ruleOf(domain: string, op: string): Rule | undefined {
  const key = domain === '' ? op : `${domain}::${op}`;
  return Object.hasOwn(RULES, key) ? RULES[key] : undefined;
}
