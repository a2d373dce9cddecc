import { isFloat } from './element-type.js';
import { type GradientRule, type TapeRecord, withoutTape } from './gradient-rule.js';
import type { Graph } from './graph.js';
import { gradientRules } from './rules/rules.js';
import { sameShape, showShape, type Value } from './value.js';

/**
 * Adds the nodes that compute the gradient of `loss`, a scalar, by each of `leaves`: the graph's records in
 * reverse, contributions summed, only through what leads from a leaf to the loss. A leaf that does not lead
 * there is missing in the result.
 *
 * @throws PruneError `unsupported-operator` when something on the way has no gradient rule
 */
export function differentiate(
  graph: Graph,
  loss: Value,
  leaves: readonly Value[],
  ownRules: ReadonlyMap<string, GradientRule>,
): Map<Value, Value> {
  const active = new Set<Value | undefined>(leaves);
  const records = graph.tape.records.filter((record) => {
    const leads = record.inputs.some((input) => active.has(input));
    if (leads) for (const output of record.outputs) if (isFloat(output.type)) active.add(output);
    return leads;
  });
  const gradients = new Map<Value, Value>([[loss, graph.scalar(1, loss.type)]]);
  if (!active.has(loss)) return new Map();
  withoutTape(graph, () => {
    for (const record of records.reverse()) {
      if (record.outputs.some((output) => gradients.has(output))) follow(record);
    }
  });
  return new Map(leaves.flatMap((leaf) => (gradients.has(leaf) ? [[leaf, gradients.get(leaf)!]] : [])));

  function follow(record: TapeRecord): void {
    const name = record.domain === '' ? record.op : `${record.domain}::${record.op}`;
    graph.place = record.place;
    const rule =
      record.rule ?? ownRules.get(name) ?? (record.domain === '' ? gradientRules[record.op] : undefined);
    if (rule === undefined) graph.unsupported(`${name} has no gradient rule`);
    const wanted = record.inputs.map((input) => active.has(input));
    graph.place = `the gradient of ${record.place}`;
    const contributions = rule(graph, {
      inputs: record.inputs,
      outputs: record.outputs,
      gradients: record.outputs.map((output) => gradients.get(output)),
      attributes: record.attributes,
      wanted,
    });
    record.inputs.forEach((input, index) => {
      const contribution = contributions[index];
      if (!wanted[index] || contribution === undefined || input === undefined) return;
      if (!sameShape(contribution.shape, input.shape)) {
        graph.bad(`its rule gave ${showShape(contribution.shape)} for an input of ${showShape(input.shape)}`);
      }
      const before = gradients.get(input);
      gradients.set(input, before === undefined ? contribution : graph.add('Add', [before, contribution]));
    });
  }
}
