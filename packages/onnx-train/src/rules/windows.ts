import type { GradientRule } from '../tape/gradient-rule.js';
import { convolutionRules } from './convolutions.js';
import { poolRules } from './pools.js';

/** Rules of operators that slide windows. */
export const windowRules: Readonly<Record<string, GradientRule>> = { ...convolutionRules, ...poolRules };
