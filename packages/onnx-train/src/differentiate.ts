import { concat } from './arithmetic.js';
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
  const products = new Map<Value, { readonly left: Value[]; readonly right: Value[] }>();
  if (!active.has(loss)) return new Map();
  withoutTape(graph, () => {
    for (const record of records.reverse()) {
      if (record.outputs.some((output) => gradients.has(output) || products.has(output))) follow(record);
    }
  });
  const settled = withoutTape(graph, () => leaves.map((leaf) => [leaf, gradientOf(leaf)] as const));
  return new Map(settled.flatMap(([leaf, gradient]) => (gradient ? [[leaf, gradient]] : [])));

  /** What has come together for a value, products put into one. */
  function gradientOf(value: Value): Value | undefined {
    const open = products.get(value);
    if (open !== undefined) {
      products.delete(value);
      contribute(
        value,
        graph.add('Gemm', [concat(graph, open.left, 0), concat(graph, open.right, 0)], { transA: 1 }),
      );
    }
    return gradients.get(value);
  }

  function contribute(value: Value, contribution: Value): void {
    if (!sameShape(contribution.shape, value.shape)) {
      graph.bad(`its rule gave ${showShape(contribution.shape)} for an input of ${showShape(value.shape)}`);
    }
    const before = gradients.get(value);
    gradients.set(value, before === undefined ? contribution : graph.add('Add', [before, contribution]));
  }

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
      gradients: record.outputs.map(gradientOf),
      attributes: record.attributes,
      wanted,
      addProduct(index, left, right) {
        const input = record.inputs[index];
        if (!wanted[index] || input === undefined) return;
        const open = products.get(input) ?? { left: [], right: [] };
        open.left.push(left);
        open.right.push(right);
        products.set(input, open);
      },
    });
    record.inputs.forEach((input, index) => {
      const contribution = contributions[index];
      if (wanted[index] && contribution !== undefined && input !== undefined) contribute(input, contribution);
    });
  }
}
