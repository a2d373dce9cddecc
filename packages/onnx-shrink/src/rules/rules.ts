import type { Rule } from '../follow/node-call.js';
import { attentionRules } from './attention/attention.js';
import { controlRules } from './control.js';
import { einsum } from './einsum.js';
import { elementwiseRules } from './elementwise.js';
import { heldRules } from './held.js';
import { indexingRules } from './indexing/indexing.js';
import { placeRules } from './indexing/places.js';
import { layoutRules } from './layout/layout.js';
import { normalisationRules } from './normalisation.js';
import { productRules } from './products.js';
import { quantisedRules } from './quantised/quantised.js';
import { randomRules } from './random.js';
import { recurrentRules } from './recurrent.js';
import { reductionRules } from './reductions.js';
import { shapeRules } from './shapes.js';
import { convolutionRules } from './windows/convolutions.js';
import { windowRules } from './windows/windows.js';

/** Every operator that axes are followed through: ONNX's own by name, others as `com.microsoft::FusedMatMul`. */
const RULES: Readonly<Record<string, Rule>> = {
  ...attentionRules,
  ...controlRules,
  ...convolutionRules,
  Einsum: einsum,
  ...elementwiseRules,
  ...heldRules,
  ...indexingRules,
  ...layoutRules,
  ...normalisationRules,
  ...placeRules,
  ...productRules,
  ...quantisedRules,
  ...randomRules,
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
