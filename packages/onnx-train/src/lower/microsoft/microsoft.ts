import type { Lowering } from '../lowering.js';
import { microsoftAttention } from './attention.js';
import { microsoftElementwise } from './elementwise.js';
import { groupQueryLowerings } from './group-query.js';
import { microsoftNormalization } from './normalization.js';

/** Rewrites of operators that ONNX Runtime's own optimisers write, by `com.microsoft::Name`. */
export const microsoftLowerings: Readonly<Record<string, Lowering>> = {
  ...Object.fromEntries(
    Object.entries({
      ...microsoftAttention,
      ...microsoftElementwise,
      ...groupQueryLowerings,
      ...microsoftNormalization,
    }).map(([name, lowering]) => [`com.microsoft::${name}`, lowering]),
  ),
  // It writes this one among ONNX's own.
  SimplifiedLayerNormalization: microsoftNormalization.SimplifiedLayerNormalization!,
};
