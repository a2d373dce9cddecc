import type { NodeProto } from '@synaprune/onnx';
import type { Tensor } from 'onnxruntime-common';
import type { Feeds } from '../inputs/given-samples.js';
import type { ModelGraph } from './model-graph.js';
import { planStages, type Stage } from './plan-stages.js';
import { type PartRunner, runPart, type Values } from './run-part.js';

/** Elements that stand in the place of those of the file, by the names that nodes read. */
export type Replaced = ReadonlyMap<string, Float32Array>;

/** What the layers of a model see, a stage at a time. */
export interface Capture {
  readonly graph: ModelGraph;
  /** How many stages there are; the inputs of every layer that is reached lie in one. */
  readonly stages: number;
  /** The values that are there now. */
  readonly held: Values;
  /** The stage after which the inputs of a layer are there; undefined where no input of the model reaches it. */
  stageOf(layer: NodeProto): number | undefined;
  /** Runs the next stage on every sample. Values that nobody reads any more are let go. */
  next(replaced?: Replaced): Promise<void>;
  /** Runs a node apart, on values that are there, for what it gives out beside what others read. */
  probe(node: NodeProto, replaced: Replaced): Promise<readonly Tensor[]>;
}

/**
 * Opens a model for looking at what its layers are fed: it is cut where layers begin, and each piece is loaded, run
 * on every sample and released, so that every node runs once.
 *
 * @param layers the nodes that hold them
 * @param samples what the model is fed
 * @param like a capture of the same graph that is always a stage ahead; what would be the same is not computed again
 */
export function openCapture(
  runner: PartRunner,
  graph: ModelGraph,
  layers: ReadonlySet<NodeProto>,
  samples: readonly Feeds[],
  like?: Capture,
): Capture {
  const { stages, stageOf, partOf } = planStages(graph, layers);
  const held = new Map<string, readonly Tensor[]>(
    graph.fed.map((name) => [name, samples.map((sample) => sample[name]!)]),
  );
  let at = 0;
  // Values that are those of the other.
  const shared = new Set(graph.fed);
  const sameAsLike = ({ tensors, inputs, outputs }: Stage, replaced: Replaced) =>
    like !== undefined &&
    !tensors.some((name) => replaced.has(name)) &&
    inputs.every((name) => shared.has(name)) &&
    outputs.every((name) => like.held.has(name));
  return {
    graph,
    stages: stages.length,
    held,
    stageOf,
    async next(replaced = new Map()) {
      const stage = stages[at]!;
      if (sameAsLike(stage, replaced)) {
        for (const name of stage.outputs) {
          held.set(name, like!.held.get(name)!);
          shared.add(name);
        }
      } else if (stage.outputs.length > 0) {
        const made = await runPart(runner, `stage ${at} of the model`, graph, stage, held, replaced);
        for (const [name, values] of made) held.set(name, values);
      }
      for (const name of stage.done) held.delete(name);
      at += 1;
    },
    async probe(node, replaced) {
      const [output] = node.output;
      const part = { ...partOf(node), outputs: [output!] };
      return (await runPart(runner, 'a layer of the model', graph, part, held, replaced)).get(output!)!;
    },
  };
}
