import type { NodeView, TensorView } from './model-view.js';
import { functionKey, lookUp, type Scope, type Scopes } from './scopes.js';
import { badModel } from './wire.js';

/** A tensor that reaches an input. */
export interface Source {
  readonly tensor: TensorView;
  /** The `DequantizeLinear` on the way, where there is one. */
  readonly dequantize?: { readonly node: NodeView; readonly scope: Scope; readonly moved: boolean };
}

/** What follows names through a model. */
export type Tracer = (scope: Scope, name: string) => readonly Source[];

/**
 * Operators whose output is their first input in another form. `Concat` passes all of its inputs on, `If` the
 * outputs of its branches.
 */
const FORMS = new Set([
  'Identity',
  'Cast',
  'CastLike',
  'Transpose',
  'Reshape',
  'Flatten',
  'Squeeze',
  'Unsqueeze',
  'Slice',
  'Split',
  'DequantizeLinear',
]);

/** Of those, the ones after which an element has the same place as before. */
const STILL = new Set(['Identity', 'Cast', 'CastLike']);

/** Steps of one model's tracing; the largest real models take some hundred thousand. */
const MOST_STEPS = 1 << 21;

/** Whether a node only hands its input `index` on. */
export function isForm({ op, domain }: NodeView, index: number): boolean {
  if (op === 'DequantizeLinear') return index === 0;
  return domain === '' && (op === 'Concat' || (index === 0 && FORMS.has(op)));
}

interface Step {
  readonly scope: Scope;
  readonly name: string;
  readonly moved: boolean;
  readonly dequantize?: Source['dequantize'];
}

/**
 * Follows names back to the tensors that they stand for, through what only changes a tensor's form.
 *
 * @throws PruneError `bad-model`, when tracing, on a model that is too tangled to follow
 */
export function createTracer(scopes: Scopes): Tracer {
  let steps = 0;
  return (start, startName) => {
    const sources: Source[] = [];
    const seen = new Map<Scope, Set<string>>();
    const open: Step[] = [{ scope: start, name: startName, moved: false }];
    for (let step = open.pop(); step !== undefined; step = open.pop()) {
      steps += 1;
      if (steps > MOST_STEPS) throw badModel(start.graph.place, 'names that lead too far to be followed');
      const found = lookUp(step.scope, step.name);
      if (found === undefined) continue;
      const { scope, binding } = found;
      const names = seen.get(scope) ?? new Set();
      seen.set(scope, names);
      if (names.has(step.name)) continue;
      names.add(step.name);
      const { dequantize } = step;
      const passed = dequantize === undefined ? {} : { dequantize };
      if (binding.kind === 'tensor') {
        // Only now is it known what lies between the tensor and its DequantizeLinear.
        const moved = dequantize && { ...dequantize, moved: step.moved };
        sources.push({ tensor: binding.tensor, ...(moved === undefined ? {} : { dequantize: moved }) });
      } else if (binding.kind === 'argument') {
        for (const call of scopes.calls.get(binding.of) ?? []) {
          const name = call.node.inputs[binding.index] ?? '';
          open.push({ scope: call.scope, name, moved: step.moved, ...passed });
        }
      } else if (binding.kind === 'node') {
        for (const next of behind(scopes, scope, binding.node, binding.output, step)) open.push(next);
      }
    }
    return sources;
  };
}

/** Where the value of a node's output comes from, if the node only hands it on. */
function behind(scopes: Scopes, scope: Scope, node: NodeView, output: number, step: Step): Step[] {
  const passed = step.dequantize === undefined ? {} : { dequantize: step.dequantize };
  const body = scopes.functions.get(functionKey(node.domain, node.op));
  if (body !== undefined) {
    return [{ scope: body, name: body.graph.outputs[output] ?? '', moved: step.moved, ...passed }];
  }
  if (node.op === 'If' && node.domain === '') {
    return node.graphs.map(({ graph }) => ({
      scope: scopes.of.get(graph)!,
      name: graph.outputs[output] ?? '',
      moved: step.moved,
      ...passed,
    }));
  }
  return node.inputs.flatMap((name, index): Step[] => {
    if (name === '' || !isForm(node, index)) return [];
    if (node.op !== 'DequantizeLinear') {
      return [{ scope, name, moved: step.moved || !STILL.has(node.op), ...passed }];
    }
    return [{ scope, name, moved: false, dequantize: { node, scope, moved: false } }];
  });
}
