import type { LayerRule } from '../layer-call.js';
import { arrangementRules } from './arrangement.js';
import { convolutionRules } from './convolutions.js';
import { denseRules } from './dense.js';
import { mergeRules } from './merges.js';
import { normalisationRules } from './normalisation.js';
import { pointwiseRules } from './pointwise.js';
import { recurrentRules } from './recurrent.js';
import { windowRules } from './windows.js';
import { wrapperRules } from './wrappers.js';

/** Every class of layers that axes are followed through. */
const RULES: Readonly<Record<string, LayerRule>> = {
  ...arrangementRules,
  ...convolutionRules,
  ...denseRules,
  ...mergeRules,
  ...normalisationRules,
  ...pointwiseRules,
  ...recurrentRules,
  ...windowRules,
  ...wrapperRules,
};

/** The rule of a class of layers, or undefined where there is none. */
export function layerRuleOf(className: string): LayerRule | undefined {
  return Object.hasOwn(RULES, className) ? RULES[className] : undefined;
}
