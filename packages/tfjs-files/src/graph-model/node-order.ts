import { listNames } from '@synaprune/core/checks';
import { badModel } from '../artifacts/bad-model.js';
import type { Graph, GraphNode } from './graph-model.js';

/**
 * The nodes of a graph, each behind those that it reads. What a loop's `Merge` gets from the turn before comes later.
 *
 * @throws PruneError `bad-model` when nodes wait for each other
 */
export function inOrder({ nodes, byName }: Graph): readonly GraphNode[] {
  const waits = new Map<GraphNode, number>();
  const readers = new Map<GraphNode, GraphNode[]>();
  for (const node of nodes) {
    const sources = new Set(node.inputs.flatMap((input) => byName.get(input.node) ?? []));
    let count = 0;
    for (const source of sources) {
      if (node.op === 'Merge' && source.op === 'NextIteration') continue;
      count += 1;
      const own = readers.get(source);
      if (own === undefined) readers.set(source, [node]);
      else own.push(node);
    }
    waits.set(node, count);
  }
  const ready = nodes.filter((node) => waits.get(node) === 0);
  for (let i = 0; i < ready.length; i += 1) {
    for (const reader of readers.get(ready[i]!) ?? []) {
      const left = waits.get(reader)! - 1;
      waits.set(reader, left);
      if (left === 0) ready.push(reader);
    }
  }
  if (ready.length === nodes.length) return ready;
  const waiting = nodes.filter((node) => waits.get(node)! > 0).map(({ name }) => name);
  throw badModel(`nodes of the graph wait for each other: ${listNames(waiting)}`);
}
