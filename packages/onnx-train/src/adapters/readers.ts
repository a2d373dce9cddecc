import { quote } from '@synaprune/core/checks';
import type { AttributeProto, GraphProto, NodeProto } from '@synaprune/onnx';
import { graphsOf } from '@synaprune/onnx/graph';
import type { Branches } from '../inline/control-flow.js';
import { labelOf } from '../inline/copy-nodes.js';
import { isControlFlow } from '../inline/inlined-model.js';

/** A node that reads a tensor, in the model's own graph or in one inside of it. */
export interface Reader {
  readonly reader: NodeProto;
  /** The number of its input. */
  readonly input: number;
  /** Why no adapter can be put there. */
  readonly barred: string | undefined;
}

export const holdsGraph = (attribute: AttributeProto): boolean => graphsOf(attribute).length > 0;

/**
 * Which nodes read each tensor, those in branches and loops included.
 *
 * @param branches which branch of an `If` is trained, by the name of its node
 */
export function readersIn(
  nodes: readonly NodeProto[],
  branches: Branches,
): ReadonlyMap<string, readonly Reader[]> {
  const readers = new Map<string, Reader[]>();
  visit(nodes, new Set(), undefined);
  return readers;

  function visit(list: readonly NodeProto[], hidden: ReadonlySet<string>, barred: string | undefined): void {
    for (const reader of list) {
      reader.input.forEach((name, input) => {
        if (hidden.has(name)) return;
        const known = readers.get(name);
        if (known === undefined) readers.set(name, [{ reader, input, barred }]);
        else known.push({ reader, input, barred });
      });
      for (const attribute of reader.attribute) {
        for (const inner of graphsOf(attribute)) {
          const own = [...inner.input.map(({ name }) => name), ...inner.node.flatMap(({ output }) => output)];
          visit(
            inner.node,
            new Set([...hidden, ...own]),
            barred ?? whyBarred(reader, attribute.name, branches),
          );
        }
      }
    }
  }
}

/** Why adapters do not reach into a graph of a node; undefined where they do. */
function whyBarred(node: NodeProto, attribute: string, branches: Branches): string | undefined {
  const label = labelOf(node);
  if (!isControlFlow(node))
    return `in a graph of ${node.opType} ${quote(label)}, into which adapters do not reach`;
  if (node.opType !== 'If') return undefined;
  const branch = attribute === 'then_branch' ? 'then' : 'else';
  const told = branches[label];
  if (told === branch) return undefined;
  return told === undefined
    ? `in the ${branch} branch of the If ${quote(label)}, and which one is trained is not told; branches: { ${JSON.stringify(label)}: '${branch}' } would do`
    : `in the ${branch} branch of the If ${quote(label)}, and branches says "${told}"`;
}

/**
 * Nodes with others around some of them, wherever those lie. What comes before a node inside a branch or a loop is put
 * before the one that holds it, in the model's own graph, so that a loop computes it once.
 */
export function nodesWith(
  nodes: readonly NodeProto[],
  changeOf: (node: NodeProto) => NodesAround | undefined,
): NodeProto[] {
  return nodes.flatMap((node) => {
    const { before, nodes: made } = changed(node, changeOf);
    return [...before, ...made];
  });
}

/** What stands in the place of a node. */
export interface NodesAround {
  readonly before: readonly NodeProto[];
  readonly reader: NodeProto;
  readonly after: readonly NodeProto[];
}

function changed(
  node: NodeProto,
  changeOf: (node: NodeProto) => NodesAround | undefined,
): { readonly before: readonly NodeProto[]; readonly nodes: readonly NodeProto[] } {
  const own = changeOf(node);
  if (own !== undefined) return { before: own.before, nodes: [own.reader, ...own.after] };
  if (!node.attribute.some(holdsGraph)) return { before: [], nodes: [node] };
  const before: NodeProto[] = [];
  const within = (inner: GraphProto): GraphProto => ({
    ...inner,
    node: inner.node.flatMap((each) => {
      const { before: first, nodes } = changed(each, changeOf);
      before.push(...first);
      return nodes;
    }),
  });
  const attribute = node.attribute.map((each) => {
    if (!holdsGraph(each)) return each;
    const { g, ...rest } = each;
    return { ...rest, ...(g === undefined ? {} : { g: within(g) }), graphs: each.graphs.map(within) };
  });
  return { before, nodes: [{ ...node, attribute }] };
}
