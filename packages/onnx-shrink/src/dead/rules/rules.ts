import type { DeadRule } from '../dead-call.js';
import { convolutionRules } from './convolutions.js';
import { layoutRules } from './layout.js';
import { normalisationRules } from './normalisation.js';
import { pointwiseRules } from './pointwise.js';
import { productRules } from './products.js';
import { quantisationRules } from './quantisation.js';
import { recurrentRules } from './recurrent.js';
import { reductionRules } from './reductions.js';
import { windowRules } from './windows.js';

/** Every operator of which is known what it needs; of all others everything is needed. */
const RULES: Readonly<Record<string, DeadRule>> = {
  ...convolutionRules,
  ...layoutRules,
  ...normalisationRules,
  ...pointwiseRules,
  ...productRules,
  ...quantisationRules,
  ...recurrentRules,
  ...reductionRules,
  ...windowRules,
};

/** The rule of an operator, or undefined where there is none. */
export function deadRuleOf(domain: string, op: string): DeadRule | undefined {
  const key = domain === '' ? op : `${domain}::${op}`;
  return Object.hasOwn(RULES, key) ? RULES[key] : undefined;
}
