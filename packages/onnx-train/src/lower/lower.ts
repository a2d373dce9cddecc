import type { Value } from '@synaprune/onnx/graph';
import { elementwiseLowerings } from './elementwise.js';
import { layoutLowerings } from './layout.js';
import { lossLowerings } from './losses.js';
import type { Lowering, LoweringContext, SourceNode } from './lowering.js';
import { normalizationLowerings } from './normalization.js';
import { paddingLowerings } from './padding.js';
import { productLowerings } from './products.js';
import { recurrentLowerings } from './recurrent/recurrent.js';
import { reductionLowerings } from './reductions.js';
import { windowLowerings } from './windows.js';

/** Rewrites of the operators that have one, by name. */
export const lowerings: Readonly<Record<string, Lowering>> = {
  ...elementwiseLowerings,
  ...layoutLowerings,
  ...lossLowerings,
  ...normalizationLowerings,
  ...paddingLowerings,
  ...productLowerings,
  ...recurrentLowerings,
  ...reductionLowerings,
  ...windowLowerings,
};

/**
 * A node of the model in terms of what a step graph holds. What has no rewrite goes in as it is.
 *
 * @throws PruneError `unsupported-operator` when the operator is not known, `bad-model` when its inputs do not
 *   fit
 */
export function lower(context: LoweringContext, node: SourceNode): readonly (Value | undefined)[] {
  const { graph } = context;
  const rewrite = node.domain === '' && !graph.shapeRules.has(node.op) ? lowerings[node.op] : undefined;
  if (rewrite !== undefined) return rewrite(context, node);
  return graph.addMany(node.op, node.inputs, node.attributes, node.outputNames.length, node.domain);
}
