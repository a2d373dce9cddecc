import { type Kind, textAt, type Value } from '@synaprune/onnx/graph';
import { expand, multiply, range, reduce, reshape } from '../arithmetic/arithmetic.js';
import type { GradientRule } from '../tape/gradient-rule.js';
import type { SourceNode } from './lowering.js';

/**
 * The gradient of a Pad by numbers that are known when it runs, where it fills: what was added is cut off, and what was
 * cut off is nothing. The fill is everywhere that is padded.
 */
export function computedPadGradient({ attributes }: SourceNode): GradientRule | undefined {
  if (textAt(attributes, 'mode', 'constant') !== 'constant') return undefined;
  return (graph, { inputs, gradients, wanted }) => {
    const [x, pads, fill, axes] = inputs as [Value, Value, Value?, Value?];
    const g = gradients[0]!;
    const padded = (value: Value, by: Value, filled: number, kind: Kind) =>
      graph.addMany('Pad', [value, by, graph.scalar(filled, value.type), axes], {}, 1, '', [kind])[0]!;
    const byFill = () => {
      const none = expand(graph, graph.scalar(0, x.type), x.shape);
      const shares = multiply(graph, g, padded(none, pads, 1, g));
      return reshape(graph, reduce(graph, 'ReduceSum', shares, range(g.shape.length), false), fill!.shape);
    };
    return [
      wanted[0] ? padded(g, graph.add('Neg', [pads]), 0, x) : undefined,
      undefined,
      wanted[2] ? byFill() : undefined,
    ];
  };
}
