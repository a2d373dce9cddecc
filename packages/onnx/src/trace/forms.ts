import type { NodeView } from '../view/model-view.js';
import type { Scope } from '../view/scopes.js';
import type { ConstantFinder } from './constants.js';

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
export const STILL: ReadonlySet<string> = new Set(['Identity', 'Cast', 'CastLike', 'QuantizeLinear']);

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

/** What a node does with its inputs. */
export interface Passing {
  /** The inputs that a node hands on. */
  readonly forms: readonly string[];
  /** Whether it joins them to values that the model computes. */
  readonly joins: boolean;
  /** Whether what it makes is the same at every run. */
  readonly constant: boolean;
}

/** What nodes hand on, found out once for each. */
export function createPassing(
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
