import { elementwiseLowerings } from './elementwise.js';
import { layoutLowerings } from './layout.js';
import { lossLowerings } from './losses.js';
import type { Lowerings } from './lowering.js';
import { normalizationLowerings } from './normalization.js';
import { paddingLowerings } from './padding.js';
import { productLowerings } from './products.js';
import { reductionLowerings } from './reductions.js';
import { windowLowerings } from './windows.js';

/** Rewrites of operators that most models have, by name. */
export const commonLowerings: Lowerings = {
  ...elementwiseLowerings,
  ...layoutLowerings,
  ...lossLowerings,
  ...normalizationLowerings,
  ...paddingLowerings,
  ...productLowerings,
  ...reductionLowerings,
  ...windowLowerings,
};
