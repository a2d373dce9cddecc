import { quote } from '@synaprune/core/checks';
import { isFloat, oneLine, sameShape, showShape, type Value } from '@synaprune/onnx/graph';
import { concat } from '../arithmetic/arithmetic.js';
import { flatInputs, flatOperators, gradientRules } from '../rules/rules.js';
import type { GradientRule } from '../tape/gradient-rule.js';
import { insteadOfGradient } from '../tape/refusals.js';
import type { TrainingGraph } from '../tape/tape.js';
import { type TapeRecord, withoutTape } from '../tape/tape.js';
import { stepsOnTheWay } from './steps-on-the-way.js';

/**
 * Adds the nodes that compute the gradient of `loss`, a scalar, by each of `leaves`: the graph's records in
 * reverse, contributions summed, only through what leads from a leaf to the loss. A leaf that does not lead
 * there is missing in the result. Steps on the way, through which nothing learns, are told as a notice.
 *
 * @throws PruneError `unsupported-operator` when something on the way has no gradient rule, or a rule of this
 *   package has none for an input that needs one
 */
export function differentiate(
  graph: TrainingGraph,
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
  const steps = new Set<string>();
  const products = new Map<Value, { readonly left: Value[]; readonly right: Value[] }>();
  withoutTape(graph, () => {
    if (!active.has(loss)) return;
    for (const record of records.reverse()) {
      if (record.outputs.some((output) => gradients.has(output) || products.has(output))) follow(record);
    }
  });
  const settled = withoutTape(graph, () => leaves.map((leaf) => [leaf, gradientOf(leaf)] as const));
  const lost = settled.flatMap(([leaf, gradient]) => (gradient === undefined ? [leaf] : []));
  for (const place of stepsOnTheWay(graph.tape.records, lost, loss)) steps.add(place);
  if (steps.size > 0) {
    graph.notices.push({
      code: 'flat-operator',
      message:
        `${listPlaces([...steps])}: a function in steps, whose gradient is zero, so nothing before it learns ` +
        'through it; a gradient of your own (rules) can pass something on',
    });
  }
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
    const own = record.rule === undefined ? ownRules.get(name) : undefined;
    const rule = record.rule ?? own ?? (record.domain === '' ? gradientRules[record.op] : undefined);
    if (rule === undefined && record.domain === '' && flatOperators.has(record.op)) {
      steps.add(record.place);
      return;
    }
    if (rule === undefined) {
      graph.unsupported(
        `${oneLine(name)} has no gradient rule; ${insteadOfGradient(record.op, record.domain)}rules: { ${quote(name)}: { gradient } } can give one, ` +
          'or leave out of trainable what leads through it',
      );
    }
    const wanted = record.inputs.map((input) => active.has(input));
    const given = new Set<number>();
    graph.place = `the gradient of ${record.place}`;
    const contributions = rule(graph, {
      inputs: record.inputs,
      outputs: record.outputs,
      gradients: record.outputs.map(gradientOf),
      attributes: record.attributes,
      wanted,
      addProduct(index, left, right) {
        given.add(index);
        const input = record.inputs[index];
        if (!wanted[index] || input === undefined) return;
        const open = products.get(input) ?? { left: [], right: [] };
        open.left.push(left);
        open.right.push(right);
        products.set(input, open);
      },
    });
    record.inputs.forEach((input, index) => {
      if (!wanted[index] || input === undefined) return;
      const contribution = contributions[index];
      if (contribution !== undefined) contribute(input, contribution);
      else if (record.domain === '' && flatInputs[record.op]?.includes(index)) steps.add(record.place);
      // In a rule of the user's own, nothing is a gradient of zero. Here it would be one that was forgotten.
      else if (own === undefined && !given.has(index)) {
        graph.unsupported(
          `${oneLine(name)} has no gradient rule by its input ${index + 1}, which something trained leads to`,
          `leave that out of trainable, or give one: rules: { ${quote(name)}: { gradient } }`,
        );
      }
    });
  }
}

function listPlaces(places: readonly string[]): string {
  const rest = places.length - 5;
  return rest > 0 ? `${places.slice(0, 5).join(', ')} and ${rest} more` : places.join(', ');
}
