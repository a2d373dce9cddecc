import { quote } from '@synaprune/core/checks';
import { badModel } from '../bytes/wire.js';
import type { GraphView, ModelView, NodeView, TensorView } from './model-view.js';

/** What a name stands for. */
export type Binding =
  | { readonly kind: 'tensor'; readonly tensor: TensorView }
  | { readonly kind: 'node'; readonly node: NodeView; readonly output: number }
  /** An input that a function's callers give. */
  | { readonly kind: 'argument'; readonly index: number; readonly of: string }
  /** An input of a graph: not known before the model runs. */
  | { readonly kind: 'input' };

/** The names of one graph. What it does not know, the graph around it may. */
export interface Scope {
  readonly graph: GraphView;
  readonly parent: Scope | undefined;
  readonly names: ReadonlyMap<string, Binding>;
}

/** A call of a function that the model defines. */
export interface Call {
  readonly scope: Scope;
  readonly node: NodeView;
}

/** Every scope of a model, and what connects them. */
export interface Scopes {
  /** A graph before the graphs inside it, the main graph first, functions last. */
  readonly all: readonly Scope[];
  readonly of: ReadonlyMap<GraphView, Scope>;
  /** Bodies of the model's own functions, by {@link functionKey}. */
  readonly functions: ReadonlyMap<string, Scope>;
  readonly calls: ReadonlyMap<string, readonly Call[]>;
}

/** What names a function: no text that an operator can have is another's key. */
export function functionKey(domain: string, name: string): string {
  return `${domain}\0${name}`;
}

/**
 * Binds every name of a model.
 *
 * @throws PruneError `bad-model` when a name is given twice in one graph, or a graph goes in circles
 */
export function bindNames(model: ModelView): Scopes {
  const all: Scope[] = [];
  const functions = new Map<string, Scope>();
  addScopes(all, model.graph, undefined);
  for (const body of model.functions) {
    const key = functionKey(body.domain, body.name);
    if (functions.has(key)) throw badModel(body.place, 'another function of the same name');
    const first = all.length;
    addScopes(all, body, undefined, (index) => ({ kind: 'argument', index, of: key }));
    functions.set(key, all[first]!);
  }
  const calls = new Map<string, Call[]>();
  for (const scope of all) {
    requireNoCycle(scope.graph);
    for (const node of scope.graph.nodes) {
      const key = functionKey(node.domain, node.op);
      if (functions.has(key)) (calls.get(key) ?? calls.set(key, []).get(key)!).push({ scope, node });
    }
  }
  return { all, of: new Map(all.map((scope) => [scope.graph, scope])), functions, calls };
}

/** Initializers and constants of each graph, in the order they are written in. */
export function tensorsOf(scopes: Scopes): TensorView[] {
  return scopes.all.flatMap(({ graph }) => [
    ...graph.initializers,
    ...graph.nodes.flatMap(({ constant }) => (constant === undefined ? [] : [constant])),
  ]);
}

function addScopes(
  all: Scope[],
  graph: GraphView,
  parent: Scope | undefined,
  bindInput: (index: number) => Binding = () => ({ kind: 'input' }),
): void {
  const names = new Map<string, Binding>();
  const bind = (name: string, binding: Binding): void => {
    if (names.has(name)) throw badModel(graph.place, `the name ${quote(name)} twice`);
    names.set(name, binding);
  };
  for (const [i, name] of graph.inputs.entries()) bind(name, bindInput(i));
  for (const tensor of graph.initializers) {
    // Older files list initializers among the inputs too: they are values with a default.
    if (names.get(tensor.name)?.kind === 'input') names.delete(tensor.name);
    bind(tensor.name, { kind: 'tensor', tensor });
  }
  for (const node of graph.nodes) {
    for (const [output, name] of node.outputs.entries()) {
      if (name === '') continue;
      const { constant: tensor } = node;
      bind(name, tensor === undefined ? { kind: 'node', node, output } : { kind: 'tensor', tensor });
    }
  }
  const scope = { graph, parent, names };
  all.push(scope);
  for (const node of graph.nodes) for (const inner of node.graphs) addScopes(all, inner.graph, scope);
}

/** What a name stands for in a scope or those around it, and where. */
export function lookUp(scope: Scope, name: string): { scope: Scope; binding: Binding } | undefined {
  for (let at: Scope | undefined = scope; at !== undefined; at = at.parent) {
    const binding = at.names.get(name);
    if (binding !== undefined) return { scope: at, binding };
  }
  return undefined;
}

/** The names that a node needs: its inputs, and what the graphs inside it take from around them. */
function namesRead({ inputs, graphs }: NodeView): readonly string[] {
  if (graphs.length === 0) return inputs;
  const read = new Set(inputs);
  for (const { graph } of graphs) {
    const own = new Set(graph.inputs);
    for (const { name } of graph.initializers) own.add(name);
    for (const node of graph.nodes) for (const output of node.outputs) own.add(output);
    const within = [...graph.outputs, ...graph.nodes.flatMap(namesRead)];
    for (const name of within) if (!own.has(name)) read.add(name);
  }
  return [...read];
}

/** Takes away nodes whose inputs are all there, until none is left; what stays goes in circles. */
function requireNoCycle(graph: GraphView): void {
  const maker = new Map<string, number>();
  for (const [i, node] of graph.nodes.entries()) {
    for (const output of node.outputs) if (output !== '') maker.set(output, i);
  }
  const readers = graph.nodes.map((): number[] => []);
  const waiting = graph.nodes.map((node, i) => {
    const needed = namesRead(node).filter((name) => maker.has(name));
    for (const input of needed) readers[maker.get(input)!]!.push(i);
    return needed.length;
  });
  const ready = waiting.flatMap((count, i) => (count === 0 ? [i] : []));
  for (let next = ready.pop(); next !== undefined; next = ready.pop()) {
    for (const reader of readers[next]!) {
      waiting[reader]! -= 1;
      if (waiting[reader] === 0) ready.push(reader);
    }
  }
  const stuck = waiting.findIndex((count) => count > 0);
  if (stuck >= 0) throw badModel(graph.nodes[stuck]!.place, 'an input that depends on its own output');
}
