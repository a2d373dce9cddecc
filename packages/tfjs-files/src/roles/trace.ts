import { quote } from '@synaprune/core/checks';
import { badModel } from '../artifacts/bad-model.js';
import { readAttribute } from '../graph-model/attributes.js';
import { graphsOf } from '../graph-model/constants.js';
import type { Graph, GraphModel, GraphNode } from '../graph-model/graph-model.js';
import { FORMS, JOINS, SHIFTS } from './operators.js';

/** An input that the value of a constant comes to. */
export interface Consumer {
  readonly graph: Graph;
  readonly node: GraphNode;
  readonly input: number;
  /** Whether a constant was added to it on the way. */
  readonly shifted: boolean;
}

/** Where the values of constants go. */
export interface Tracer {
  /** The inputs that the value of a node comes to, through forms, and into and out of functions. */
  consumersOf(graph: Graph, node: string): Consumer[];
  /** Whether the value comes to an output of the model's own graph. */
  isOutput(graph: Graph, node: string): boolean;
  /** Nodes that anything of some nodes reaches, in their own graphs. */
  after(nodes: Iterable<{ readonly graph: Graph; readonly node: GraphNode }>): ReadonlySet<GraphNode>;
}

interface Call {
  readonly graph: Graph;
  readonly node: GraphNode;
  /** Arguments of the function begin at this input. */
  readonly first: number;
  /** Whether what the function returns is what the node gives. */
  readonly returns: boolean;
}

interface Uses {
  readonly by: ReadonlyMap<string, readonly { readonly node: GraphNode; readonly input: number }[]>;
  readonly constant: ReadonlySet<string>;
}

/** @throws PruneError `bad-model` when a node calls a function that is not there */
export function createTracer(model: GraphModel): Tracer {
  const uses = new Map<Graph, Uses>();
  const calls = new Map<GraphNode, readonly { readonly function: Graph; readonly call: Call }[]>();
  const callers = new Map<Graph, Call[]>();
  for (const graph of graphsOf(model)) {
    uses.set(graph, usesOf(graph));
    for (const node of graph.nodes) {
      const called = calledBy(model, graph, node);
      if (called.length > 0) calls.set(node, called);
      for (const each of called) {
        const known = callers.get(each.function);
        if (known === undefined) callers.set(each.function, [each.call]);
        else known.push(each.call);
      }
    }
  }
  const walk = (start: Graph, name: string): { consumers: Consumer[]; isOutput: boolean } => {
    const consumers: Consumer[] = [];
    let isOutput = false;
    const seen = new Set<string>();
    const left: { graph: Graph; node: string; shifted: boolean }[] = [];
    const reach = (graph: Graph, node: string, shifted: boolean): void => {
      const key = JSON.stringify([graph.name, node, shifted]);
      if (seen.has(key)) return;
      seen.add(key);
      left.push({ graph, node, shifted });
    };
    reach(start, name, false);
    for (let at = left.pop(); at !== undefined; at = left.pop()) {
      const { graph, node, shifted } = at;
      const { by, constant } = uses.get(graph)!;
      if (graph.outputs.some((output) => output.node === node)) {
        if (graph === model.main) isOutput = true;
        for (const call of callers.get(graph) ?? []) {
          if (call.returns) reach(call.graph, call.node.name, shifted);
        }
      }
      for (const use of by.get(node) ?? []) {
        const { op } = use.node;
        const called = calls.get(use.node);
        if (called !== undefined) {
          for (const each of called) {
            const argument = each.function.inputs[use.input - each.call.first];
            if (argument !== undefined) reach(each.function, argument, shifted);
          }
        } else if (FORMS.has(op) && (use.input === 0 || op === 'IdentityN' || op === 'Merge')) {
          reach(graph, use.node.name, shifted);
        } else if (constant.has(use.node.name)) {
          reach(graph, use.node.name, shifted || SHIFTS.has(op));
        } else consumers.push({ graph, node: use.node, input: use.input, shifted });
      }
    }
    return { consumers, isOutput };
  };
  return {
    consumersOf: (graph, node) => walk(graph, node).consumers,
    isOutput: (graph, node) => walk(graph, node).isOutput,
    after: (nodes) => {
      const found = new Set<GraphNode>();
      const left = [...nodes];
      for (let at = left.pop(); at !== undefined; at = left.pop()) {
        for (const { node } of uses.get(at.graph)!.by.get(at.node.name) ?? []) {
          if (found.has(node)) continue;
          found.add(node);
          left.push({ graph: at.graph, node });
        }
      }
      return found;
    },
  };
}

/** Who takes what a node gives; and which nodes give what is made of constants only, and follows their zeros. */
function usesOf(graph: Graph): Uses {
  const by = new Map<string, { node: GraphNode; input: number }[]>();
  const missing = new Map<string, number>();
  for (const node of graph.nodes) {
    missing.set(node.name, node.inputs.length);
    for (const [input, { node: source }] of node.inputs.entries()) {
      const list = by.get(source);
      if (list === undefined) by.set(source, [{ node, input }]);
      else list.push({ node, input });
    }
  }
  const constant = new Set<string>();
  const left = graph.nodes.filter(({ op }) => op === 'Const').map(({ name }) => name);
  for (let name = left.pop(); name !== undefined; name = left.pop()) {
    for (const { node } of by.get(name) ?? []) {
      const rest = missing.get(node.name)! - 1;
      missing.set(node.name, rest);
      const follows = FORMS.has(node.op) || JOINS.has(node.op) || SHIFTS.has(node.op);
      if (rest > 0 || !follows) continue;
      constant.add(node.name);
      left.push(node.name);
    }
  }
  return { by, constant };
}

/** The attributes that functions are called by. */
const CALLS: Readonly<
  Record<string, { readonly by: readonly string[]; readonly first: number; readonly returns: boolean }>
> = {
  PartitionedCall: { by: ['f'], first: 0, returns: true },
  StatefulPartitionedCall: { by: ['f'], first: 0, returns: true },
  If: { by: ['then_branch', 'else_branch'], first: 1, returns: true },
  StatelessIf: { by: ['then_branch', 'else_branch'], first: 1, returns: true },
  While: { by: ['cond', 'body'], first: 0, returns: false },
  StatelessWhile: { by: ['cond', 'body'], first: 0, returns: false },
};

function calledBy(
  { functions }: GraphModel,
  graph: Graph,
  node: GraphNode,
): { readonly function: Graph; readonly call: Call }[] {
  const kind = Object.hasOwn(CALLS, node.op) ? CALLS[node.op] : undefined;
  if (kind === undefined) return [];
  return kind.by.flatMap((key) => {
    const value = readAttribute(node.json, key);
    if (typeof value !== 'object' || value === null || !('function' in value)) return [];
    const found = functions.get(value.function);
    if (found === undefined) {
      throw badModel(
        `the node ${quote(node.name)} calls ${quote(value.function)}, which is no function of the model`,
      );
    }
    return [{ function: found, call: { graph, node, first: kind.first, returns: kind.returns } }];
  });
}
