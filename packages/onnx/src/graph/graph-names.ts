import type { GraphProto } from 'onnx-buf';
import { graphsOf } from './graphs-of.js';

/** The names of a graph and of those inside of it. */
export interface GraphNames {
  readonly taken: ReadonlySet<string>;
  /** How often something reads a name, an output among them. */
  uses(name: string): number;
  /** A name that nothing has yet, like the one that is given. */
  fresh(like: string): string;
}

/** Names as they are now; those that it hands out are taken from then on. */
export function namesOf(graph: GraphProto): GraphNames {
  const taken = new Set<string>();
  const uses = new Map<string, number>();
  collect(graph, taken, uses);
  return {
    taken,
    uses: (name) => uses.get(name) ?? 0,
    fresh(like) {
      let name = like;
      for (let i = 2; taken.has(name); i += 1) name = `${like}_${i}`;
      taken.add(name);
      return name;
    },
  };
}

function collect(graph: GraphProto, taken: Set<string>, uses: Map<string, number>): void {
  const use = (name: string) => uses.set(name, (uses.get(name) ?? 0) + 1);
  for (const { name } of [...graph.initializer, ...graph.input, ...graph.output]) taken.add(name);
  for (const { name } of graph.output) use(name);
  for (const { name, input, output, attribute } of graph.node) {
    for (const each of [name, ...input, ...output]) taken.add(each);
    for (const each of input) use(each);
    for (const inner of attribute.flatMap(graphsOf)) collect(inner, taken, uses);
  }
}
