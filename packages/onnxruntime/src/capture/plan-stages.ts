import type { NodeProto } from '@synaprune/onnx';
import { type ModelGraph, namesRead } from './model-graph.js';

/** Nodes that run together, and the values that go in and come out. */
export interface Stage {
  /** Layers that lie before each of its values, on the longest way. */
  readonly level: number;
  /** In an order that they can run in; what is computed of constants alone is among them. */
  readonly nodes: readonly NodeProto[];
  /** Tensors of the file that the nodes read. */
  readonly tensors: readonly string[];
  /** Values of stages before, or of the model's inputs. */
  readonly inputs: readonly string[];
  /** What later stages and layers read. */
  readonly outputs: readonly string[];
  /** Values that nobody reads after this stage. */
  readonly done: readonly string[];
}

/** A model cut into stages. */
export interface StagePlan {
  /** One for each level, from 0. The nodes of layers themselves lie in the stage after that which gives their inputs. */
  readonly stages: readonly Stage[];
  /** The level of a layer's inputs; undefined where no input of the model reaches it. */
  stageOf(node: NodeProto): number | undefined;
  /** A node apart, with what it needs that is computed of constants alone. The node may be a copy with other outputs. */
  partOf(node: NodeProto): Pick<Stage, 'nodes' | 'tensors' | 'inputs'>;
}

/** Values of these are no tensors: they are computed again wherever they are read. */
const NO_TENSORS = /^(Sequence(Empty|Construct|Insert|Erase|Map)|SplitToSequence|Optional)$/;

/** Numbers of its own make a node's values differ from run to run, whatever it reads. */
const RANDOM = /^Random(Normal|Uniform)/;

/**
 * Cuts a model so that each layer's inputs are known before it runs, each node runs once, and layers whose inputs are
 * ready together share a stage. What no layer needs is left out.
 *
 * @param layers nodes that hold layers
 */
export function planStages(graph: ModelGraph, layers: ReadonlySet<NodeProto>): StagePlan {
  const { nodes, fed, producers } = graph;
  const levels = new Map<string, number>(fed.map((name) => [name, 0]));
  const ready = new Map<NodeProto, number>();
  const needs = new Map(nodes.map((node) => [node, namesRead(node)]));
  for (const node of nodes) {
    const before = needs.get(node)!.flatMap((name) => levels.get(name) ?? []);
    if (before.length === 0 && !RANDOM.test(node.opType)) continue;
    const level = Math.max(0, ...before);
    ready.set(node, level);
    for (const name of node.output) levels.set(name, layers.has(node) ? level + 1 : level);
  }
  const needed = nodesBefore([...layers], needs, producers);
  // What is computed of constants, or is no tensor, runs wherever it is read.
  const copied = (node: NodeProto) => !ready.has(node) || NO_TENSORS.test(node.opType);
  const around = { needs, producers, copied, graph };
  const last = Math.max(-1, ...[...layers].flatMap((node) => ready.get(node) ?? []));
  const drafts = Array.from({ length: last + 1 }, (_, level) => {
    const own = nodes.filter(
      (node) =>
        needed.has(node) && !copied(node) && levels.get(node.output.find((name) => name !== '')!) === level,
    );
    return withCopied(own, around);
  });
  const lastRead = new Map<string, number>();
  drafts.forEach(({ inputs }, level) => {
    for (const name of inputs) lastRead.set(name, level);
  });
  for (const node of layers) {
    const level = ready.get(node);
    if (level === undefined) continue;
    // A layer is looked at once its stage has run, and may never run itself.
    for (const name of withCopied([node], around).inputs) {
      lastRead.set(name, Math.max(lastRead.get(name) ?? 0, level + 0.5));
    }
  }
  const stages = drafts.map((draft, level): Stage => {
    const made = draft.nodes.filter((node) => !copied(node)).flatMap(({ output }) => output);
    return {
      level,
      ...draft,
      outputs: made.filter((name) => (lastRead.get(name) ?? -1) > level),
      done: [...lastRead].flatMap(([name, at]) => (Math.ceil(at) === level ? [name] : [])),
    };
  });
  return {
    stages,
    stageOf: (node) => ready.get(node),
    partOf: (node) => withCopied([node], around),
  };
}

interface Around {
  readonly needs: ReadonlyMap<NodeProto, readonly string[]>;
  readonly producers: ReadonlyMap<string, NodeProto>;
  readonly copied: (node: NodeProto) => boolean;
  readonly graph: ModelGraph;
}

/** Nodes with those that they need and that are copied, the tensors of the file, and the values from before. */
function withCopied(
  own: readonly NodeProto[],
  { needs, producers, copied, graph }: Around,
): Pick<Stage, 'nodes' | 'tensors' | 'inputs'> {
  const all = new Set(own);
  const tensors = new Set<string>();
  const inputs = new Set<string>();
  const open = [...own];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    for (const name of needs.get(node) ?? namesRead(node)) {
      const producer = producers.get(name);
      if (graph.tensors.has(name) || graph.sparse.has(name)) tensors.add(name);
      else if (producer === undefined || !(all.has(producer) || copied(producer))) inputs.add(name);
      else if (!all.has(producer)) {
        all.add(producer);
        open.push(producer);
      }
    }
  }
  // A copy of a node is none of the graph's, and comes last.
  const strange = own.filter((node) => !needs.has(node));
  return {
    nodes: [...graph.nodes.filter((node) => all.has(node)), ...strange],
    tensors: [...tensors],
    inputs: [...inputs],
  };
}

/** Nodes that others need, to the inputs. */
function nodesBefore(
  nodes: readonly NodeProto[],
  needs: ReadonlyMap<NodeProto, readonly string[]>,
  producers: ReadonlyMap<string, NodeProto>,
): ReadonlySet<NodeProto> {
  const found = new Set(nodes);
  const open = [...nodes];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    for (const name of needs.get(node)!) {
      const producer = producers.get(name);
      if (producer === undefined || found.has(producer)) continue;
      found.add(producer);
      open.push(producer);
    }
  }
  return found;
}
