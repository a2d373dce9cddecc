import { PruneError } from '@synaprune/core';
import { didYouMean, listNames, quote } from '@synaprune/core/checks';
import type { GraphProto, ModelProto, NodeProto } from '@synaprune/onnx';
import { graphsOf } from '@synaprune/onnx/graph';
import type { TrainingStepOptions } from '../options/options.js';
import { labelOf } from './copy-nodes.js';
import { isControlFlow } from './inlined-model.js';

/** Which branch of an `If` a caller wants. */
export type Branches = NonNullable<TrainingStepOptions['branches']>;

/** A graph in an attribute. */
export function graphAt(node: NodeProto, name: string): GraphProto | undefined {
  return node.attribute.find((attribute) => attribute.name === name)?.g;
}

/**
 * That every branch that the caller names is one of the model's. Nodes without a name get that of their output.
 *
 * @throws PruneError `unmatched-selector` that lists the model's `If`s
 */
export function requireBranches(model: ModelProto, branches: Branches): void {
  const known = new Set<string>();
  const visit = (nodes: readonly NodeProto[]): void => {
    for (const node of nodes) {
      if (isControlFlow(node)) {
        // A copy keeps its name, while its outputs get others.
        if (node.name === '') node.name = labelOf(node);
        if (node.opType === 'If') known.add(node.name);
      }
      for (const inner of node.attribute.flatMap(graphsOf)) visit(inner.node);
    }
  };
  visit(model.graph?.node ?? []);
  for (const { node } of model.functions) visit(node);
  const unknown = Object.keys(branches).find((name) => !known.has(name));
  if (unknown === undefined) return;
  const names = [...known];
  throw new PruneError(
    'unmatched-selector',
    names.length === 0
      ? `branches names ${quote(unknown)}, and the model has no If`
      : `branches names ${quote(unknown)}, which is no If of the model${didYouMean(unknown, names)}; there are ${listNames(names)}`,
  );
}
