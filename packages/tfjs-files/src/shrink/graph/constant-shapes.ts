import type { ChangedWeight } from '../../elements/change-weight.js';
import { graphsOf, writeConstantShape } from '../../graph-model/constants.js';
import type { GraphModel } from '../../graph-model/graph-model.js';

/** Says the new shapes of weights at their `Const` nodes. */
export function writeConstantShapes(model: GraphModel, changes: ReadonlyMap<string, ChangedWeight>): void {
  for (const { nodes } of graphsOf(model)) {
    for (const node of nodes) {
      const change = node.op === 'Const' ? changes.get(node.name) : undefined;
      if (change !== undefined) writeConstantShape(node, change.shape);
    }
  }
}
