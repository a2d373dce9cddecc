import type { ConstantFinder } from '../trace/constants.js';
import { isForm } from '../trace/forms.js';
import type { Consumer, Tracer } from '../trace/trace.js';
import type { NodeView, TensorView } from '../view/model-view.js';
import { functionKey, type Scope, type Scopes } from '../view/scopes.js';
import { readsShapeOnly, roleOf } from './table/role-of.js';

/** A model whose names are bound. */
export interface BoundModel {
  readonly scopes: Scopes;
  readonly trace: Tracer;
  readonly isConstant: ConstantFinder;
}

/** A tensor, and what it reaches. */
export interface Held {
  readonly tensor: TensorView;
  /** The graph that holds it: `graph` for the model's own. */
  readonly graph: string;
  /** Whether it is an initializer or the value of a `Constant`. */
  readonly stored: 'initializer' | 'constant';
  readonly consumers: Consumer[];
  /** Graphs that it is an output of. */
  readonly outputs: string[];
}

/** All tensors, and the inputs and outputs that each reaches. */
export function findUses(model: BoundModel): Held[] {
  const { scopes, trace } = model;
  const held = new Map<TensorView, Held>();
  for (const scope of scopes.all) {
    const hold = (tensor: TensorView, stored: Held['stored']) =>
      held.set(tensor, { tensor, graph: scope.graph.place, stored, consumers: [], outputs: [] });
    for (const tensor of scope.graph.initializers) hold(tensor, 'initializer');
    for (const { constant } of scope.graph.nodes) if (constant) hold(constant, 'constant');
  }
  forEachRead(model, false, (scope, node, input, name) => {
    for (const { tensor, ...via } of trace(scope, name)) {
      held.get(tensor)!.consumers.push({ node, scope, input, ...via });
    }
  });
  // Outputs of inner graphs and of functions are the values of the nodes around them, which are followed.
  const [whole] = scopes.all;
  for (const name of whole?.graph.outputs ?? []) {
    for (const { tensor } of trace(whole!, name)) held.get(tensor)!.outputs.push(whole!.graph.place);
  }
  const lost = new Set(
    [...held.values()].filter(({ consumers, outputs }) => consumers.length === 0 && outputs.length === 0),
  );
  if (lost.size === 0) return [...held.values()];
  // What is computed of constants and read by nobody reads them all the same.
  forEachRead(model, true, (scope, node, input, name) => {
    for (const { tensor, ...via } of trace(scope, name)) {
      const each = held.get(tensor)!;
      if (lost.has(each)) each.consumers.push({ node, scope, input, ...via });
    }
  });
  return [...held.values()];
}

/** Every input that does more than hand its value on, of nodes that compute constants or of all others. */
function forEachRead(
  { scopes, isConstant }: BoundModel,
  ofConstants: boolean,
  read: (scope: Scope, node: NodeView, input: number, name: string) => void,
): void {
  for (const scope of scopes.all) {
    const constant = (name: string) => isConstant(scope, name);
    for (const node of scope.graph.nodes) {
      const { op, domain, graphs, outputs } = node;
      // What a function does with its input is found inside it.
      if (scopes.functions.has(functionKey(domain, op))) continue;
      const computed = graphs.length === 0 && outputs.some((name) => name !== '' && constant(name));
      for (const [input, name] of node.inputs.entries()) {
        if (name === '' || isForm(node, input, constant) || readsShapeOnly(op, domain)) continue;
        // What is computed of constants is followed from where it is used.
        const within = computed && roleOf(op, domain, input) === 'other';
        if (within === ofConstants) read(scope, node, input, name);
      }
    }
  }
}
