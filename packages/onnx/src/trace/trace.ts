import { badModel } from '../bytes/wire.js';
import { isQuantised } from '../elements/element-type.js';
import type { NodeView, TensorView } from '../view/model-view.js';
import { functionKey, lookUp, type Scope, type Scopes } from '../view/scopes.js';
import type { ConstantFinder } from './constants.js';
import { createPassing, type Passing, STILL } from './forms.js';
import { throughArithmetic } from './trace-arithmetic.js';
import { type Dequantisation, type Passage, type Step, worsened } from './trace-step.js';

/** A tensor that reaches an input. */
export interface Source {
  readonly tensor: TensorView;
  readonly passage: Passage;
  /** Whether its elements have other places at the input. */
  readonly moved: boolean;
  readonly dequantize?: Dequantisation;
}

/** An input that a weight feeds. */
export interface Consumer {
  readonly node: NodeView;
  readonly scope: Scope;
  readonly input: number;
  readonly passage: Passage;
  readonly moved: boolean;
  readonly dequantize?: Dequantisation;
}

/** What follows names through a model. */
export type Tracer = (scope: Scope, name: string) => readonly Source[];

const NONE: readonly Source[] = [];

/** Steps of one model's tracing; the largest real models take some hundred thousand. */
const MOST_STEPS = 1 << 21;

/**
 * Follows names back to the tensors that they stand for: through what only changes a tensor's form, and through
 * what is computed of constants alone.
 *
 * @throws PruneError `bad-model`, when tracing, on a model that is too tangled to follow
 */
export function createTracer(scopes: Scopes, isConstant: ConstantFinder): Tracer {
  const passing = createPassing(isConstant);
  let steps = 0;
  return (scope, name) => {
    const direct = lookUp(scope, name)?.binding;
    // As most weights are read: nothing lies between.
    if (direct?.kind === 'tensor') return [{ tensor: direct.tensor, passage: 'itself', moved: false }];
    if (direct === undefined || direct.kind === 'input') return NONE;
    const sources: Source[] = [];
    const seen = new Map<Scope, Set<string>>();
    const open: Step[] = [{ scope, name, moved: false, passage: 'itself', quantised: 'itself' }];
    for (let step = open.pop(); step !== undefined; step = open.pop()) {
      steps += 1;
      if (steps > MOST_STEPS) throw badModel(scope.graph.place, 'names that lead too far to be followed');
      const found = lookUp(step.scope, step.name);
      if (found === undefined) continue;
      const names = seen.get(found.scope) ?? new Set();
      seen.set(found.scope, names);
      if (names.has(step.name)) continue;
      names.add(step.name);
      const { binding } = found;
      if (binding.kind === 'tensor') sources.push(sourceOf(binding.tensor, step));
      else if (binding.kind === 'argument') {
        for (const call of scopes.calls.get(binding.of) ?? []) {
          open.push({ ...step, scope: call.scope, name: call.node.inputs[binding.index] ?? '' });
        }
      } else if (binding.kind === 'node') {
        const { node, output } = binding;
        for (const next of behind({ scopes, passing }, found.scope, node, output, step)) open.push(next);
      }
    }
    return sources;
  };
}

function sourceOf(tensor: TensorView, { passage, quantised, moved, dequantize }: Step): Source {
  const source = { tensor, passage: isQuantised(tensor.type.name) ? quantised : passage, moved };
  // Only now is it known what lies between the tensor and what dequantises it.
  return dequantize === undefined ? source : { ...source, dequantize: { ...dequantize, moved } };
}

interface Following {
  readonly scopes: Scopes;
  readonly passing: (scope: Scope, node: NodeView, output: number) => Passing;
}

/** Where the value of a node's output comes from; what is followed first comes last. */
function behind(
  { scopes, passing }: Following,
  scope: Scope,
  node: NodeView,
  output: number,
  step: Step,
): Step[] {
  const body = scopes.functions.get(functionKey(node.domain, node.op));
  if (body !== undefined) return [{ ...step, scope: body, name: body.graph.outputs[output] ?? '' }];
  if (node.op === 'If' && node.domain === '') {
    return node.graphs.map(({ graph }) => ({
      ...step,
      scope: scopes.of.get(graph)!,
      name: graph.outputs[output] ?? '',
    }));
  }
  const { forms, joins, constant } = passing(scope, node, output);
  if (forms.length === 0) return constant ? throughArithmetic(scope, node, step) : [];
  const passed = joins ? worsened(step, 'joined') : step;
  const { passage, quantised } = passed;
  const moved = step.moved || !STILL.has(node.op);
  const { dequantize: before, ...float } = step;
  return forms.map((name): Step => {
    if (node.op === 'QuantizeLinear') return { ...float, scope, name };
    if (node.op === 'DequantizeLinear') {
      return { scope, name, passage, quantised, moved: false, dequantize: { node, scope, moved: false } };
    }
    const next = { scope, name, passage, quantised, moved };
    return before === undefined ? next : { ...next, dequantize: before };
  });
}
