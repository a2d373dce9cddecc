import { type GraphNode, sameShape, type Value } from '@synaprune/onnx/graph';

/** What a kernel can do element by element, to the same bits as a runtime: IEEE 754 leaves no choice. */
const OPERATIONS = new Set(['Add', 'Sub', 'Mul', 'Div', 'Sqrt', 'Max', 'Where']);

/** The update of one weight, as far as elements of its shape are computed one by one from each other and from scalars. */
export interface UpdateProgram {
  /** In their order. */
  readonly nodes: readonly GraphNode[];
  /** What they read of the weight's shape: float32. */
  readonly arrays: readonly Value[];
  /** What they read of the weight's shape: bool. */
  readonly masks: readonly Value[];
  /** What they read that is one number, and not known before. */
  readonly scalars: readonly Value[];
  readonly results: readonly Value[];
}

/**
 * What gives a new weight, and as many of the other values as can be, from arrays as far back as elements are computed one
 * by one, but not beyond the gradient. Undefined where the weight is not computed so.
 */
export function updateProgram(
  makers: ReadonlyMap<Value, GraphNode>,
  shape: readonly number[],
  gradient: Value,
  [weight, ...others]: readonly Value[],
): UpdateProgram | undefined {
  const nodes = new Map<Value, GraphNode>();
  const arrays = new Set<Value>();
  const masks = new Set<Value>();
  const scalars = new Set<Value>();
  const visit = (value: Value): void => {
    if (nodes.has(value) || arrays.has(value)) return;
    const maker = value === gradient ? undefined : makers.get(value);
    if (!isElementwise(maker, shape)) {
      arrays.add(value);
      return;
    }
    for (const [index, input] of maker.inputs.entries()) {
      if (maker.op === 'Where' && index === 0) masks.add(input!);
      else if (input!.constant !== undefined) continue;
      else if (sameShape(input!.shape, shape)) visit(input!);
      else scalars.add(input!);
    }
    nodes.set(value, maker);
  };
  const results = [weight!, ...others].filter((result) => {
    if (isElementwise(makers.get(result), shape)) visit(result);
    return nodes.has(result);
  });
  if (results[0] !== weight || gradient.constant !== undefined) return undefined;
  return {
    nodes: [...nodes.values()],
    arrays: [...arrays],
    masks: [...masks],
    scalars: [...scalars],
    results,
  };
}

/** Whether a node computes each element of a weight from those at its place, and from numbers. */
function isElementwise(node: GraphNode | undefined, shape: readonly number[]): node is GraphNode {
  if (node === undefined) return false;
  const { op, domain, inputs, outputs } = node;
  if (domain !== '' || !OPERATIONS.has(op)) return false;
  if (outputs[0]!.type !== 'float32' || !sameShape(outputs[0]!.shape, shape)) return false;
  return inputs.every((input, index) => {
    if (input === undefined) return false;
    const isArray = sameShape(input.shape, shape) && input.constant === undefined;
    if (op === 'Where' && index === 0) return isArray && input.type === 'bool';
    return input.type === 'float32' && (isArray || input.shape.length === 0);
  });
}
