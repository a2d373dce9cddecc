import type { NodeProto } from '@synaprune/onnx';
import { graphsOf } from '@synaprune/onnx/graph';

/** Nodes that the runtime runs at once, and those after them that it cannot run. */
export interface Stage {
  readonly run: readonly NodeProto[];
  /** What `run` reads of others and computes for others. */
  readonly reads: ReadonlySet<string>;
  readonly gives: readonly string[];
  readonly referred: readonly NodeProto[];
}

/**
 * What leads to one output, in stages: a node comes a stage after what it reads of a node that the runtime cannot
 * run, and else in the same.
 */
export function stagesOf(
  all: readonly NodeProto[],
  output: string,
  isReferred: (node: NodeProto) => boolean,
): readonly Stage[] {
  const nodes = neededFor(output, all);
  const [run, referred]: [NodeProto[][], NodeProto[][]] = [[], []];
  const thereAt = new Map<string, number>();
  for (const node of nodes) {
    const at = Math.max(0, ...readBy(node).map((name) => thereAt.get(name) ?? 0));
    const [own, later] = isReferred(node) ? [referred, 1] : [run, 0];
    own[at] = [...(own[at] ?? []), node];
    for (const name of node.output) thereAt.set(name, at + later);
  }
  return Array.from({ length: Math.max(run.length, referred.length) }, (_, at) => {
    const own = new Set(run[at]);
    const wanted = new Set([output, ...nodes.filter((node) => !own.has(node)).flatMap(readBy)]);
    const computed = new Set([...own].flatMap((node) => node.output));
    return {
      run: [...own],
      reads: new Set([...own].flatMap(readBy).filter((name) => !computed.has(name))),
      gives: [...computed].filter((name) => wanted.has(name)),
      referred: referred[at] ?? [],
    };
  });
}

/** Names that a node reads, by graphs that it holds too. */
const readBy = ({ input, attribute }: NodeProto): readonly string[] => [
  ...input,
  ...attribute
    .flatMap(graphsOf)
    .flatMap(({ node, output }) => [...node.flatMap(readBy), ...output.map(({ name }) => name)]),
];

function neededFor(output: string, nodes: readonly NodeProto[]): readonly NodeProto[] {
  const wanted = new Set([output]);
  const needed = [...nodes].reverse().filter((node) => {
    if (!node.output.some((name) => wanted.has(name))) return false;
    for (const name of readBy(node)) wanted.add(name);
    return true;
  });
  return needed.reverse();
}
