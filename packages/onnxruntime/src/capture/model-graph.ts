import { PruneError } from '@synaprune/core';
import type { GraphProto, ModelProto, NodeProto, SparseTensorProto, TensorProto } from '@synaprune/onnx';
import { domainOf, graphsOf, viewMessages } from '@synaprune/onnx/graph';

/** A model's own graph as it is run a stage at a time. */
export interface ModelGraph {
  readonly message: ModelProto;
  /** In an order that they can run in, without those that only give a tensor of the file. */
  readonly nodes: readonly NodeProto[];
  /** Tensors of the file by the name that nodes read them under: initializers and `Constant` nodes. */
  readonly tensors: ReadonlyMap<string, TensorProto>;
  /** Tensors that the file holds sparse. */
  readonly sparse: ReadonlyMap<string, SparseTensorProto>;
  /** What computes a name. */
  readonly producers: ReadonlyMap<string, NodeProto>;
  /** Names that whoever runs the model gives. */
  readonly fed: readonly string[];
}

/**
 * Looks a model over. The messages are views into `bytes`, which may not change as long as they are in use.
 *
 * @throws PruneError `bad-model`
 */
export function readModelGraph(bytes: Uint8Array): ModelGraph {
  const message = viewMessages(bytes);
  const { graph } = message;
  if (graph === undefined) throw new PruneError('bad-model', 'the model has no graph');
  const tensors = new Map(graph.initializer.map((tensor) => [tensor.name, tensor]));
  const sparse = new Map(graph.sparseInitializer.map((tensor) => [tensor.values?.name ?? '', tensor]));
  const nodes: NodeProto[] = [];
  const producers = new Map<string, NodeProto>();
  for (const node of graph.node) {
    const tensor = constantOf(node);
    if (tensor !== undefined) {
      tensors.set(node.output[0]!, tensor);
      continue;
    }
    nodes.push(node);
    for (const name of node.output) if (name !== '') producers.set(name, node);
  }
  return {
    message,
    nodes: inOrder(nodes, producers),
    tensors,
    sparse,
    producers,
    fed: graph.input.map(({ name }) => name).filter((name) => !tensors.has(name) && !sparse.has(name)),
  };
}

/** The tensor of a `Constant` node that holds one as such. */
function constantOf({ opType, domain, attribute }: NodeProto): TensorProto | undefined {
  if (opType !== 'Constant' || domainOf(domain) !== '') return undefined;
  const [value] = attribute;
  return value?.name === 'value' ? value.t : undefined;
}

/** The names that a node needs: its inputs, and what graphs inside it take from around them. */
export function namesRead({ input, attribute }: NodeProto): string[] {
  const read = new Set(input.filter((name) => name !== ''));
  for (const inner of attribute.flatMap(graphsOf)) {
    for (const name of namesFromAround(inner)) read.add(name);
  }
  return [...read];
}

function namesFromAround(graph: GraphProto): string[] {
  const own = new Set([...graph.input, ...graph.initializer].map(({ name }) => name));
  for (const { output } of graph.node) for (const name of output) own.add(name);
  const within = [...graph.output.map(({ name }) => name), ...graph.node.flatMap(namesRead)];
  return within.filter((name) => !own.has(name));
}

/** Nodes after those that give what they need. Files have them so, and some have not. */
function inOrder(
  nodes: readonly NodeProto[],
  producers: ReadonlyMap<string, NodeProto>,
): readonly NodeProto[] {
  const waiting = new Map<NodeProto, number>();
  const readers = new Map<NodeProto, NodeProto[]>();
  for (const node of nodes) {
    const before = new Set(namesRead(node).flatMap((name) => producers.get(name) ?? []));
    waiting.set(node, before.size);
    for (const each of before) (readers.get(each) ?? readers.set(each, []).get(each)!).push(node);
  }
  const ordered = nodes.filter((node) => waiting.get(node) === 0);
  for (let at = 0; at < ordered.length; at += 1) {
    for (const reader of readers.get(ordered[at]!) ?? []) {
      const left = waiting.get(reader)! - 1;
      waiting.set(reader, left);
      if (left === 0) ordered.push(reader);
    }
  }
  if (ordered.length < nodes.length) throw new PruneError('bad-model', 'the graph goes in circles');
  return ordered;
}
