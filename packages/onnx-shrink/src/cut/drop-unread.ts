import type { GraphProto } from '@synaprune/onnx';
import { graphsOf } from '@synaprune/onnx/graph';

/**
 * Drops tensors that nothing reads any more since nodes were told something else: initializers that are no inputs, and
 * `Constant` nodes.
 *
 * @param names of what nodes read before
 */
export function dropUnread(whole: GraphProto, names: ReadonlySet<string>): void {
  if (names.size === 0) return;
  const graphs = graphsIn(whole);
  const read = new Set<string>();
  for (const { node, output } of graphs) {
    for (const { input } of node) for (const name of input) read.add(name);
    for (const { name } of output) read.add(name);
  }
  const unread = (name: string) => names.has(name) && !read.has(name);
  for (const graph of graphs) {
    const given = new Set(graph.input.map(({ name }) => name));
    graph.initializer = graph.initializer.filter(({ name }) => !unread(name) || given.has(name));
    graph.node = graph.node.filter(
      ({ opType, output: [name = ''] }) => opType !== 'Constant' || !unread(name),
    );
  }
}

/** A graph and all graphs inside it. */
function graphsIn(whole: GraphProto): GraphProto[] {
  const graphs = [whole];
  for (const { node } of graphs) {
    for (const { attribute } of node) graphs.push(...attribute.flatMap(graphsOf));
  }
  return graphs;
}
