import { numberAt, type Value } from '@synaprune/onnx/graph';
import { add, divide, multiply, range, reduce } from '../../arithmetic/arithmetic.js';
import { frontAxes } from '../../arithmetic/known.js';
import type { Lowering, LoweringContext, SourceNode } from '../lowering.js';
import { normalizationLowerings } from '../normalization.js';

/** By the root of the mean square, which is an output too. */
const simplified: Lowering = ({ graph }, { inputs, attributes, outputNames }) => {
  const [x, scale] = inputs as [Value, Value];
  const [first] = frontAxes(graph, [numberAt(attributes, 'axis', -1)], x.shape.length);
  const square = reduce(graph, 'ReduceMean', multiply(graph, x, x), range(x.shape.length).slice(first), true);
  const root = graph.add('Sqrt', [add(graph, square, numberAt(attributes, 'epsilon', 1e-5))]);
  return [
    multiply(graph, divide(graph, x, root), scale),
    outputNames[1] ? divide(graph, 1, root) : undefined,
  ];
};

/** What goes past is added first; the sum is an output too. */
const skipping =
  (normalize: Lowering, bias: number): Lowering =>
  (context: LoweringContext, node: SourceNode) => {
    const { graph } = context;
    const [x, skip] = node.inputs as [Value, Value];
    const shift = node.inputs[bias];
    const sum = shift === undefined ? add(graph, x, skip) : add(graph, add(graph, x, skip), shift);
    for (const at of [1, 2]) {
      // Runtimes differ in what they give there, or give nothing.
      if (node.outputNames[at]) {
        return graph.unsupported(
          `${node.op} with its output ${at + 1} has no gradient rule`,
          'name another output (outputs)',
        );
      }
    }
    const attributes = { epsilon: { float: 1e-12 }, ...node.attributes, axis: -1 };
    const rest = node.inputs.slice(2, bias);
    const [y] = normalize(context, {
      ...node,
      inputs: [sum, ...rest],
      attributes,
      outputNames: node.outputNames.slice(0, 1),
    });
    return [y, undefined, undefined, sum];
  };

/** Rewrites of normalisations of `com.microsoft`. */
export const microsoftNormalization: Readonly<Record<string, Lowering>> = {
  SimplifiedLayerNormalization: simplified,
  SkipLayerNormalization: skipping(normalizationLowerings.LayerNormalization!, 4),
  SkipSimplifiedLayerNormalization: skipping(simplified, 3),
};
