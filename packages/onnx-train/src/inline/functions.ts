import { PruneError } from '@synaprune/core';
import { quote } from '@synaprune/core/checks';
import type { ModelProto, NodeProto } from '@synaprune/onnx';
import { graphsOf, inlineFunctions } from '@synaprune/onnx/graph';

/**
 * Puts the bodies of a model's functions where they are called. Nodes keep their names, which options may use, and
 * constants stay what they are, so that they are trained, or left, as in a model without functions.
 *
 * @param kept operators that the caller has rules for, by `domain::Name`: those calls stay
 * @throws PruneError `unsupported-operator` for a function of other versions of the operators; `bad-model` for one that
 *   calls itself, and for bodies that together are too many nodes
 */
export function writeFunctions(model: ModelProto, kept: ReadonlySet<string>): void {
  if (model.graph === undefined) return;
  inlineFunctions(model, { kept, constants: 'nodes', keepsNodeNames: true });
  const called = operatorsIn(model.graph.node);
  const left = model.functions.find(
    ({ domain, name }) => called.has(`${domain}::${name}`) && !kept.has(`${domain}::${name}`),
  );
  if (left !== undefined) {
    throw new PruneError(
      'unsupported-operator',
      `the function ${quote(left.name)} is written in another version of the operators than the model; write both in one (onnx.version_converter)`,
    );
  }
  model.functions = [];
}

function operatorsIn(nodes: readonly NodeProto[], found = new Set<string>()): ReadonlySet<string> {
  for (const { domain, opType, attribute } of nodes) {
    found.add(`${domain}::${opType}`);
    for (const inner of attribute.flatMap(graphsOf)) operatorsIn(inner.node, found);
  }
  return found;
}
