import type { Value } from '@synaprune/onnx/graph';
import { COMPUTED_SIZE, hasComputedSize } from '../lower/computed-sizes.js';
import type { LoweringContext, SourceNode } from '../lower/lowering.js';
import { LaterPart, laterOperators } from './later-operators.js';

/**
 * A node of the model in terms of what a step graph holds. What has no rewrite goes in as it is.
 *
 * @throws PruneError `unsupported-operator` when the operator is not known, `bad-model` when its inputs do not
 *   fit
 */
export function lower(context: LoweringContext, node: SourceNode): readonly (Value | undefined)[] {
  const { graph } = context;
  const name = node.domain === '' ? node.op : `${node.domain}::${node.op}`;
  if (!graph.shapeRules.has(name)) {
    const key = node.domain === '' && hasComputedSize(node) ? COMPUTED_SIZE : name;
    const rewrite = context.lowerings[key];
    if (rewrite !== undefined) return rewrite(context, node);
    if (laterOperators.has(key)) throw new LaterPart(key);
  }
  return graph.addMany(node.op, node.inputs, node.attributes, node.outputNames.length, node.domain);
}
