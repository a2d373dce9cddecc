import { isQuantised } from './data-types.js';
import type { NodeView, TensorView } from './model-view.js';
import type { ConstantFinder } from './roles/constants.js';
import { roleOf } from './roles/table.js';
import { functionKey, lookUp, type Scope, type Scopes } from './scopes.js';
import { badModel } from './wire.js';

/** What has become of a tensor on its way to an input, from least to most. */
export type Passage =
  /** Its elements, moved or in another type. */
  | 'itself'
  /** Changed so that zeros stay zeros: multiplied by constants, through `Tanh`. */
  | 'scaled'
  /** Changed so that zeros do not: a constant was added. */
  | 'shifted'
  /** Beside values that the model computes. */
  | 'joined'
  /** Only what changes another tensor: a scale, a mask, a norm. */
  | 'helper';

const PASSAGES: readonly Passage[] = ['itself', 'scaled', 'shifted', 'joined', 'helper'];

/** A name as a node reads it. */
export interface Reference {
  readonly scope: Scope;
  readonly name: string;
}

/** What turns integers into numbers on the way, `(value − zero point) · scale`. */
export type Dequantisation =
  | { readonly node: NodeView; readonly scope: Scope; readonly moved: boolean }
  /** The same written out: `Cast`, `Sub` and `Mul`. */
  | { readonly zeroPoint?: Reference; readonly scale?: Reference; readonly moved: boolean };

/** A tensor that reaches an input. */
export interface Source {
  readonly tensor: TensorView;
  readonly passage: Passage;
  /** Whether its elements have other places at the input. */
  readonly moved: boolean;
  readonly dequantize?: Dequantisation;
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
  'Expand',
  'Tile',
  'QuantizeLinear',
  'DequantizeLinear',
]);

/** Of those, the ones after which an element has the same place as before. */
const STILL = new Set(['Identity', 'Cast', 'CastLike', 'QuantizeLinear']);

/** Of one constant, make another whose zeros are where its own were. */
const ZERO_KEEPING = new Set([
  'Neg',
  'Tanh',
  'Abs',
  'Sign',
  'Round',
  'Floor',
  'Ceil',
  'Clip',
  'Relu',
  'Sqrt',
  'Erf',
]);

const NONE: readonly Source[] = [];

/** Steps of one model's tracing; the largest real models take some hundred thousand. */
const MOST_STEPS = 1 << 21;

/** Whether a node only hands its input `index` on. */
export function isForm(
  { op, domain, inputs }: NodeView,
  index: number,
  isConstant: (name: string) => boolean,
): boolean {
  if (op === 'DequantizeLinear' || op === 'QuantizeLinear') return index === 0;
  if (domain !== '') return false;
  // A weight stored in a stack with others is one row of the stack.
  if (op === 'Gather') return index === 0 && isConstant(inputs[1] ?? '');
  return op === 'Concat' || (index === 0 && FORMS.has(op));
}

interface Step extends Reference {
  readonly moved: boolean;
  readonly passage: Passage;
  /** The passage of an integer, to which scale and zero point are no changes. */
  readonly quantised: Passage;
  readonly dequantize?: Dequantisation;
}

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

interface Passing {
  /** The inputs that a node hands on. */
  readonly forms: readonly string[];
  /** Whether it joins them to values that the model computes. */
  readonly joins: boolean;
  /** Whether what it makes is the same at every run. */
  readonly constant: boolean;
}

/** What nodes hand on, found out once for each. */
function createPassing(
  isConstant: ConstantFinder,
): (scope: Scope, node: NodeView, output: number) => Passing {
  const known = new Map<NodeView, Passing>();
  return (scope, node, output) => {
    const before = known.get(node);
    if (before !== undefined) return before;
    const isKnown = (name: string) => isConstant(scope, name);
    const constant = isKnown(node.outputs[output] ?? '');
    const forms = node.inputs.filter((name, index) => name !== '' && isForm(node, index, isKnown));
    const found = { forms, joins: node.op === 'Concat' && !constant, constant };
    known.set(node, found);
    return found;
  };
}

/** What a value that is computed of constants is made of: one of them, and what changes that one. */
function throughArithmetic(scope: Scope, node: NodeView, step: Step): Step[] {
  const { op, domain, inputs } = node;
  const named = inputs.flatMap((name, index) => (name === '' ? [] : [{ name, index }]));
  // An operator that has weights of its own, as the two factors of a low-rank weight have.
  if (named.some(({ index }) => roleOf(op, domain, index) === 'kernel')) return [];
  const main = domain === '' ? mainInput(scope, op, inputs) : undefined;
  const { dequantize: before, ...own } = step;
  const helpers = named
    .filter(({ index }) => index !== main)
    .map(({ name }): Step => ({ ...own, ...worsened(step, 'helper'), scope, name, moved: true }));
  if (main === undefined) return helpers;
  const next: Step = { ...step, scope, name: inputs[main] ?? '' };
  const other: Reference = { scope, name: inputs[1 - main] ?? '' };
  const passage = op === 'Add' || op === 'Sub' || op === 'Where' ? 'shifted' : 'scaled';
  const written = before !== undefined && !('node' in before) ? before : undefined;
  // At most a scale and then, towards the integers, a zero point: what comes more is a change like any other.
  const first = before === undefined;
  const part =
    op === 'Mul' && first
      ? { scale: other }
      : op === 'Sub' && main === 0 && (first || (written !== undefined && written.zeroPoint === undefined))
        ? { zeroPoint: other }
        : undefined;
  if (part === undefined) return [...helpers, { ...next, ...worsened(step, passage) }];
  const dequantize = { ...written, ...part, moved: false };
  return [
    ...helpers,
    { ...next, passage: worse(step.passage, passage), dequantize, moved: first ? false : step.moved },
  ];
}

/** Which input of an operator on constants is the weight, if one is. The larger one of two; the first of equals. */
function mainInput(scope: Scope, op: string, [a = '', b = '']: readonly string[]): number | undefined {
  if (ZERO_KEEPING.has(op) || op === 'Div' || op === 'Pad' || op === 'Trilu') return 0;
  if (op === 'Where') return 1;
  if (op !== 'Mul' && op !== 'Add' && op !== 'Sub') return undefined;
  const sizes = [sizeOf(scope, a), sizeOf(scope, b)] as const;
  // A sparse weight and its mask are equally large.
  return sizes[1] > sizes[0] || (sizes[1] === sizes[0] && /mask/i.test(a)) ? 1 : 0;
}

/** Elements of a constant, as far as they are known without computing: what is computed counts by its largest part. */
function sizeOf(scope: Scope, name: string): number {
  let size = 0;
  const seen = new Set<string>();
  const open = [name];
  for (let next = open.pop(); next !== undefined && seen.size < 256; next = open.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    const binding = lookUp(scope, next)?.binding;
    if (binding?.kind === 'tensor') size = Math.max(size, binding.tensor.elements);
    else if (binding?.kind === 'node' && !binding.node.op.startsWith('Reduce'))
      open.push(...binding.node.inputs);
  }
  return size;
}

function worsened(step: Step, passage: Passage): Pick<Step, 'passage' | 'quantised'> {
  return { passage: worse(step.passage, passage), quantised: worse(step.quantised, passage) };
}

/** The one of two after which less is left of a tensor. */
function worse(a: Passage, b: Passage): Passage {
  return PASSAGES[Math.max(PASSAGES.indexOf(a), PASSAGES.indexOf(b))]!;
}
