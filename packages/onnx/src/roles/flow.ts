import type { GraphView, NodeView } from '../view/model-view.js';
import { functionKey, lookUp, type Scope, type Scopes } from '../view/scopes.js';

/** What lies before and after nodes, through the graphs inside them and the model's own functions. */
export interface Flow {
  /** Those nodes and all that read what they make. */
  after(nodes: Iterable<NodeView>): ReadonlySet<NodeView>;
  /** Those nodes and all that they read from. */
  before(nodes: Iterable<NodeView>): ReadonlySet<NodeView>;
  /** What makes the value of a name, `undefined` for tensors and inputs. */
  producerOf(scope: Scope, name: string): { readonly node: NodeView; readonly scope: Scope } | undefined;
}

/** Who reads from whom, in the whole model. */
export function createFlow(scopes: Scopes): Flow {
  const next = new Map<NodeView, NodeView[]>();
  const previous = new Map<NodeView, NodeView[]>();
  const join = (from: NodeView | undefined, to: NodeView) => {
    if (from === undefined) return;
    (next.get(from) ?? next.set(from, []).get(from)!).push(to);
    (previous.get(to) ?? previous.set(to, []).get(to)!).push(from);
  };
  const holders = new Map<GraphView, { readonly node: NodeView; readonly scope: Scope }>();
  for (const scope of scopes.all) {
    for (const node of scope.graph.nodes)
      for (const { graph } of node.graphs) holders.set(graph, { node, scope });
  }
  const producerOf: Flow['producerOf'] = (scope, name) => {
    const found = lookUp(scope, name);
    return found?.binding.kind === 'node' ? { node: found.binding.node, scope: found.scope } : undefined;
  };
  for (const scope of scopes.all) {
    const holder = holders.get(scope.graph);
    for (const node of scope.graph.nodes) {
      for (const name of node.inputs) readName(scope, node, name);
      const body = scopes.functions.get(functionKey(node.domain, node.op));
      for (const name of body?.graph.outputs ?? []) join(producerOf(body!, name)?.node, node);
    }
    if (holder === undefined) continue;
    for (const name of scope.graph.outputs) join(producerOf(scope, name)?.node, holder.node);
  }
  return { after: (nodes) => reach(nodes, next), before: (nodes) => reach(nodes, previous), producerOf };

  function readName(scope: Scope, node: NodeView, name: string): void {
    const found = lookUp(scope, name);
    if (found?.binding.kind === 'node') join(found.binding.node, node);
    else if (found?.binding.kind === 'argument') {
      for (const call of scopes.calls.get(found.binding.of) ?? []) {
        join(producerOf(call.scope, call.node.inputs[found.binding.index] ?? '')?.node, node);
      }
    } else if (found?.binding.kind === 'input') {
      // A state of a loop, or what it goes over: whatever the node around takes.
      const holder = holders.get(found.scope.graph);
      for (const outer of holder?.node.inputs ?? []) join(producerOf(holder!.scope, outer)?.node, node);
    }
  }
}

function reach(
  from: Iterable<NodeView>,
  edges: ReadonlyMap<NodeView, readonly NodeView[]>,
): ReadonlySet<NodeView> {
  const reached = new Set(from);
  for (const node of reached) for (const other of edges.get(node) ?? []) reached.add(other);
  return reached;
}
