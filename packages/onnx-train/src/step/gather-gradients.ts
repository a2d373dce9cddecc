import type { NamedOutput, Value } from '@synaprune/onnx/graph';
import { add, multiply } from '../arithmetic/arithmetic.js';
import type { UpdatedWeight } from '../kernels/update-kernels.js';
import type { Mean } from '../losses/weighted-mean.js';
import type { GatheredWeight, StepGathering } from '../options/training-step.js';
import type { TrainingGraph } from '../tape/tape.js';
import { withoutTape } from '../tape/tape.js';

/** A weight whose gradients are gathered. */
export interface GatheredLeaf {
  readonly name: string;
  readonly leaf: Value;
  /** The input of its mask, where what computes gradients reads it. */
  readonly mask: Value | undefined;
  readonly gradient: Value;
  /** The input of the sum of its gradients. */
  readonly sum: Value;
}

/** What a part of a step is given and gives beside the rest. */
interface Gathered {
  readonly told: StepGathering;
  readonly inputs: readonly Value[];
  readonly outputs: readonly NamedOutput[];
  /** The same sums, for kernels. */
  readonly adding: readonly UpdatedWeight[];
}

/**
 * `sum' = sum + count·g` for each weight, or `sum + g`, as the caller says at each run: what a batch has to give where
 * several make one step. Means over batches of different sizes are put together by what each was a mean of.
 */
export function gatherGradients(
  graph: TrainingGraph,
  prefix: string,
  leaves: readonly GatheredLeaf[],
  counts: readonly Mean['count'][],
): Gathered {
  return withoutTape(graph, () => {
    const byCount = graph.source('by-count', { type: 'float32', shape: [] });
    const [first] = counts;
    const count = typeof first === 'number' ? graph.scalar(first) : first!;
    const counted = graph.add('Greater', [byCount, graph.scalar(0)]);
    const factor = graph.add('Where', [counted, count, graph.scalar(1)]);
    const adding = leaves.map(({ name, leaf, gradient, sum }): UpdatedWeight => {
      const value = add(graph, sum, multiply(graph, gradient, factor));
      const output = { name: `${prefix}new-gradient-sum/${name}`, value };
      return { name, shape: leaf.shape, gradient, outputs: [output] };
    });
    const weights = leaves.map(
      ({ name, leaf, mask, sum }, index): GatheredWeight => ({
        name,
        shape: leaf.shape,
        input: leaf.name,
        ...(mask ? { mask: mask.name } : {}),
        sum: { input: sum.name, output: adding[index]!.outputs[0]!.name },
      }),
    );
    const fixed = counts.flatMap((one) => (typeof one === 'number' ? [one] : []));
    const alike = counts.length === 1 || fixed.length === counts.length;
    return {
      told: {
        byCount: byCount.name,
        count: `${prefix}count`,
        ...(alike ? { shares: fixed.map((one) => one / fixed[0]!) } : {}),
        weights,
      },
      inputs: [byCount, ...leaves.flatMap(({ leaf, mask, sum }) => [leaf, ...(mask ? [mask] : []), sum])],
      outputs: [{ name: `${prefix}count`, value: count }, ...adding.flatMap((each) => each.outputs)],
      adding,
    };
  });
}

/** What an update is of: gathered sums, times a number that makes a mean of them. */
export function gatheredGradients(
  graph: TrainingGraph,
  leaves: readonly Pick<GatheredLeaf, 'sum'>[],
): { readonly scale: Value; readonly gradients: readonly Value[] } {
  return withoutTape(graph, () => {
    const scale = graph.source('gradient-scale', { type: 'float32', shape: [] });
    return { scale, gradients: leaves.map(({ sum }) => multiply(graph, sum, scale)) };
  });
}
