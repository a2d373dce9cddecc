import type { ObservedScore } from '@synaprune/core';
import { isRecord, quote, requireThat, requireWholes } from '@synaprune/core/checks';
import { createGraph, type NamedOutput, sameShape, type Value, writeGraph } from '@synaprune/onnx/graph';
import { expand } from '../arithmetic/arithmetic.js';
import { graphArithmetic } from './graph-arithmetic.js';

/** What ranks one weight. */
export type WeightRanking =
  | {
      /** What is remembered under this name is itself what ranks. */
      readonly memory: string;
    }
  | {
      /** The output that ranks. */
      readonly output: string;
      /** The inputs that it takes, the weight's first where it reads that. */
      readonly inputs: readonly {
        readonly name: string;
        readonly of: 'weight' | { readonly memory: string };
      }[];
    };

/** A graph that reckons what ranks weights from what is remembered of them. */
export interface Ranking {
  /** An ordinary .onnx; `undefined` where nothing has to be reckoned. */
  readonly model: Uint8Array | undefined;
  /** In the order of the weights. */
  readonly weights: readonly WeightRanking[];
}

/**
 * What a score ranks weights by, as a graph for a runtime: {@link ObservedScore.rank} of each.
 *
 * @param weights shapes of weights and of what is remembered of each, by its names
 * @throws TypeError | RangeError when they are none, or `score` does not look at training
 *
 * @example
 * ```ts
 * import { movementScore } from '@synaprune/core';
 * import { buildRanking } from '@synaprune/onnx-train';
 *
 * const { weights } = buildRanking(movementScore(), [{ shape: [3, 2], memory: { movement: [3, 2] } }]);
 * console.log(weights.length); // 1
 * ```
 */
export function buildRanking(
  score: ObservedScore,
  weights: readonly {
    readonly shape: readonly number[];
    readonly memory: Readonly<Record<string, readonly number[]>>;
  }[],
): Ranking {
  requireArguments(score, weights);
  const graph = createGraph('', 17, { purpose: 'what ranks weights' });
  const inputs: Value[] = [];
  const outputs: NamedOutput[] = [];
  const ranked = weights.map(({ shape, memory }, index): WeightRanking => {
    const weight = graph.source(`weight/${index}`, { type: 'float32', shape });
    const remembered = Object.fromEntries(
      Object.entries(memory).map(([name, own]) => [
        name,
        graph.source(`memory/${index}/${name}`, { type: 'float32', shape: own }),
      ]),
    );
    const rank = score.rank(graphArithmetic(graph), weight, remembered);
    const itself = Object.keys(remembered).find((name) => remembered[name] === rank);
    if (itself !== undefined && sameShape(rank.shape, shape)) return { memory: itself };
    const value = expand(graph, rank, shape);
    const output = `rank/${index}`;
    outputs.push({ name: output, value });
    const read = new Set(graph.nodes.flatMap((node) => node.inputs));
    // What is handed on as it is is read as well.
    read.add(value);
    const own = [
      { value: weight, of: 'weight' as const },
      ...Object.entries(remembered).map(([name, each]) => ({ value: each, of: { memory: name } })),
    ].filter((each) => read.has(each.value));
    inputs.push(...own.map((each) => each.value));
    return { output, inputs: own.map((each) => ({ name: each.value.name, of: each.of })) };
  });
  return {
    model: outputs.length === 0 ? undefined : writeGraph(graph, inputs, outputs, new Map()),
    weights: ranked,
  };
}

function requireArguments(score: unknown, weights: unknown): void {
  const ranks = isRecord(score) && typeof score.rank === 'function';
  requireThat('buildRanking', 'score', score, 'a score that looks at training, as movementScore() is', ranks);
  const areWeights = Array.isArray(weights) && weights.every((one) => isRecord(one) && isRecord(one.memory));
  requireThat('buildRanking', 'weights', weights, 'a list of { shape, memory }', areWeights);
  for (const [at, { shape, memory }] of (weights as readonly Record<string, object>[]).entries()) {
    requireWholes('buildRanking', `weights[${at}].shape`, shape);
    for (const [name, own] of Object.entries(memory!))
      requireWholes('buildRanking', `weights[${at}].memory[${quote(name)}]`, own);
  }
}
