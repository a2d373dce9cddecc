import type { NodeView } from '../view/model-view.js';
import type { Scope } from '../view/scopes.js';
import type { Flow } from './flow.js';
import type { WeightRole } from './table/role.js';
import { roleOf } from './table/role-of.js';

/** An input of `Add`, `Sub`, `Mul` or `Div` that a constant feeds, and what is around it. */
export interface ArithmeticUse {
  readonly node: NodeView;
  readonly scope: Scope;
  readonly input: number;
  /** Of the tensor that feeds it. */
  readonly shape: readonly number[];
  readonly name: string;
}

/** What the model around a node tells. */
export interface Surroundings {
  readonly flow: Flow;
  /** Nodes behind something learned, with what is learned themselves. */
  readonly learned: ReadonlySet<NodeView>;
  /** Nodes in front of a kernel. */
  readonly leading: ReadonlySet<NodeView>;
  /** How many channels a node makes of a weight, where it is a product with one. */
  readonly channelsOf: (node: NodeView) => number | undefined;
}

const ARITHMETIC = new Set(['Add', 'Sub', 'Mul', 'Div']);
/** What hands values on without calculating. */
const VIEWS = new Set(['Identity', 'Reshape', 'Transpose', 'Squeeze', 'Unsqueeze', 'Flatten', 'Cast']);
const NORMALISATIONS = new Set([
  'BatchNormalization',
  'InstanceNormalization',
  'LayerNormalization',
  'GroupNormalization',
  'RMSNormalization',
  'LpNormalization',
  'MeanVarianceNormalization',
]);
const NORMS = new Set(['Sqrt', 'ReduceL2', 'Pow']);

/** Names that layers give a single number that they learn. */
const PARAMETER_NAME =
  /(^|_)(alpha|beta|gamma|delta|lambda|tau|scale|logit_scale|temperature|re_?zero|res_?weight|weight|bias|[wb]_\d+)$/i;

/** Whether a node is arithmetic that a parameter may take part in. */
export function isArithmetic({ op, domain }: NodeView): boolean {
  return domain === '' && ARITHMETIC.has(op);
}

/**
 * What a constant does in arithmetic, which the operator alone does not say: a bias behind a product, scale and
 * shift of a normalisation that is written out, a scale of channels, positions; or a number of the formula.
 */
export function roleInArithmetic(use: ArithmeticUse, around: Surroundings): WeightRole {
  const { node, scope, input, shape, name } = use;
  const long = shape.filter((edge) => edge > 1).length;
  const before = sourceOf(around.flow, scope, node.inputs[1 - input] ?? '');
  const adds = node.op === 'Add' || (node.op === 'Sub' && input === 1);
  const channels = before && around.channelsOf(before.node);
  if (adds && channels !== undefined && (long === 1 || (long === 0 && (channels === 1 || isNamed(name))))) {
    return 'bias';
  }
  // In front of everything learned it prepares the input.
  if (!around.learned.has(node) || before === undefined) return 'other';
  if (long <= 1 && (long === 1 || isNamed(name)) && followsNorm(around.flow, node, before, 0))
    return 'normalisation';
  if (long === 0) return isNamed(name) ? 'scale' : 'other';
  if (!around.leading.has(node)) return 'other';
  if (long === 1) return 'scale';
  return adds ? 'position' : 'other';
}

function isNamed(name: string): boolean {
  return PARAMETER_NAME.test(name.replace(/:\d+$/, '').split(/[/:]/).at(-1)?.replaceAll('.', '_') ?? '');
}

interface Place {
  readonly node: NodeView;
  readonly scope: Scope;
}

/** What makes a value, seen through what only hands it on. */
function sourceOf(flow: Flow, scope: Scope, name: string): Place | undefined {
  let at = flow.producerOf(scope, name);
  for (let steps = 0; at !== undefined && steps < 64; steps += 1) {
    if (at.node.domain !== '' || !VIEWS.has(at.node.op)) return at;
    at = flow.producerOf(at.scope, at.node.inputs[0] ?? '');
  }
  return at;
}

/** Whether a value is something divided by its length or spread, or that times a constant. */
function followsNorm(flow: Flow, { op }: NodeView, { node, scope }: Place, depth: number): boolean {
  if (op !== 'Mul' && op !== 'Add') return false;
  if (NORMALISATIONS.has(node.op)) return true;
  const sources = node.inputs.map((name) => sourceOf(flow, scope, name));
  if (node.op === 'Div') return isNorm(flow, sources[1]);
  if (node.op !== 'Mul') return false;
  if (sources.some((source) => isInverseNorm(flow, source))) return true;
  // The shift comes after the scale.
  const [only, another] = sources.filter((source) => source !== undefined);
  return depth === 0 && only !== undefined && another === undefined && followsNorm(flow, node, only, 1);
}

function isNorm(flow: Flow, at: Place | undefined): boolean {
  if (at === undefined) return false;
  if (NORMS.has(at.node.op)) return true;
  // With something added or a bound, against dividing by nothing.
  const bounded = ['Add', 'Max', 'Clip', 'Expand'].includes(at.node.op);
  return bounded && at.node.inputs.some((name) => NORMS.has(sourceOf(flow, at.scope, name)?.node.op ?? ''));
}

function isInverseNorm(flow: Flow, at: Place | undefined): boolean {
  if (at === undefined) return false;
  const { op, inputs } = at.node;
  if (op === 'Pow') return sourceOf(flow, at.scope, inputs[0] ?? '')?.node.op === 'Add';
  if (op === 'Reciprocal') return isNorm(flow, sourceOf(flow, at.scope, inputs[0] ?? ''));
  return op === 'Div' && isNorm(flow, sourceOf(flow, at.scope, inputs[1] ?? ''));
}

/** Channels that a product makes of its weight. */
export function channelsMade({ op, integers }: NodeView, input: number, shape: readonly number[]): number {
  // A vector on either side takes an axis away.
  if (shape.length < 2) return 1;
  const last = shape.at(-1) ?? 1;
  if (op.includes('ConvTranspose')) return (shape[1] ?? 1) * (integers.get('group') ?? 1);
  if (op.includes('Conv')) return shape[0] ?? 1;
  if (op === 'Gemm' || op === 'FusedGemm') return integers.get('transB') === 1 ? (shape[0] ?? 1) : last;
  return input === 0 ? (shape.at(-2) ?? 1) : last;
}

/** Whether an operator at an input is a product with a weight, that a bias may follow. */
export function makesChannels(op: string, domain: string, input: number): boolean {
  return roleOf(op, domain, input) === 'kernel';
}
