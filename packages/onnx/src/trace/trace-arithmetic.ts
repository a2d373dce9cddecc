import { roleOf } from '../roles/table/role-of.js';
import type { NodeView } from '../view/model-view.js';
import { lookUp, type Scope } from '../view/scopes.js';
import { type Reference, type Step, worse, worsened } from './trace-step.js';

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

/** What a value that is computed of constants is made of: one of them, and what changes that one. */
export function throughArithmetic(scope: Scope, node: NodeView, step: Step): Step[] {
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
