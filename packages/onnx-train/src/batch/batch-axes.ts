import { listAt, numberAt, parseEquation, textAt } from '@synaprune/onnx/graph';
import { attentionRules } from './attention-axes.js';
import type { AxisRule, BatchedNode } from './axis-rule.js';

const NONE = -1;

const front = (axis: number, rank: number): number => (axis < 0 ? axis + rank : axis);

/** Lined up from the last axis; what has no batch is of one there. */
const broadcast: AxisRule = ({ axes, shapes }) => {
  const rank = Math.max(...shapes.map((shape) => shape?.length ?? 0));
  const lined = axes.flatMap((axis, at) =>
    axis === undefined || axis === NONE ? [] : [axis + rank - shapes[at]!.length],
  );
  const [axis] = lined;
  if (axis === undefined || lined.some((other) => other !== axis)) return undefined;
  const inner = Math.max(...axes.map((own, at) => (own === undefined || own < 0 ? 1 : shapes[at]![own]!)));
  const fits = axes.every((own, at) => {
    const shape = shapes[at];
    if (own === undefined || shape === undefined) return true;
    return own === NONE ? (shape[axis - rank + shape.length] ?? 1) === 1 : shape[own] === inner;
  });
  return fits ? [axis] : undefined;
};

const only = (node: BatchedNode): number | undefined =>
  node.axes.slice(1).every((axis) => axis === undefined || axis === NONE) ? node.axes[0] : undefined;

/** Samples along the first axis, each by itself. */
const rows: AxisRule = (node) => (only(node) === 0 && node.shapes[0]![0] === 1 ? [0] : undefined);

const along: AxisRule = (node) => {
  const own = only(node);
  const rank = node.shapes[0]!.length;
  const axis = front(numberAt(node.attributes, 'axis', node.opset < 13 ? 1 : -1), rank);
  if (own === undefined) return undefined;
  return (node.opset < 13 ? own < axis : own !== axis) ? [own] : undefined;
};

const fromAxis: AxisRule = (node) => {
  const own = only(node);
  const first = front(numberAt(node.attributes, 'axis', -1), node.shapes[0]!.length);
  return own !== undefined && own < first ? [own] : undefined;
};

const axesOf = (node: BatchedNode): readonly number[] | undefined =>
  node.axes[1] === undefined ? listAt(node.attributes, 'axes') : node.known(1);

const reduction: AxisRule = (node) => {
  const own = only(node);
  const rank = node.shapes[0]!.length;
  const axes = axesOf(node)?.map((axis) => front(axis, rank));
  if (own === undefined || axes === undefined || axes.length === 0 || axes.includes(own)) return undefined;
  const before = axes.filter((axis) => axis < own).length;
  return [numberAt(node.attributes, 'keepdims', 1) ? own : own - before];
};

const matMul: AxisRule = ({ axes, shapes }) => {
  const [left, right] = axes as [number, number];
  const [a, b] = shapes as [readonly number[], readonly number[]];
  if (a.length < 2 || b.length < 2) return undefined;
  const rank = Math.max(a.length, b.length);
  const outer = (axis: number, shape: readonly number[]) => axis + rank - shape.length;
  const isOuter = (axis: number, shape: readonly number[]) => axis < shape.length - 2;
  const oneAt = (axis: number, shape: readonly number[]) => (shape[axis - rank + shape.length] ?? 1) === 1;
  if (left !== NONE && right !== NONE) {
    const same =
      isOuter(left, a) && isOuter(right, b) && outer(left, a) === outer(right, b) && a[left] === b[right];
    return same ? [outer(left, a)] : undefined;
  }
  if (left !== NONE) {
    if (isOuter(left, a)) return oneAt(outer(left, a), b) ? [outer(left, a)] : undefined;
    return left === a.length - 2 ? [rank - 2] : undefined;
  }
  if (isOuter(right, b)) return oneAt(outer(right, b), a) ? [outer(right, b)] : undefined;
  return right === b.length - 1 ? [rank - 1] : undefined;
};

const gemm: AxisRule = (node) => {
  const own = only(node);
  const bias = node.shapes[2];
  const free = bias === undefined || bias.length < 2 || bias[0] === 1;
  return free && own === (numberAt(node.attributes, 'transA', 0) ? 1 : 0) ? [0] : undefined;
};

const transpose: AxisRule = ({ axes, shapes, attributes }) => {
  const order = listAt(attributes, 'perm') ?? shapes[0]!.map((_, axis) => axis).reverse();
  return [order.indexOf(axes[0]!)];
};

const flatten: AxisRule = ({ axes, shapes, attributes }) => {
  const [own] = axes as [number];
  const shape = shapes[0]!;
  const axis = front(numberAt(attributes, 'axis', 1), shape.length);
  return own < axis && shape.slice(0, own).every((size) => size === 1) ? [0] : undefined;
};

const squeeze: AxisRule = (node) => {
  const [own] = node.axes as [number];
  const axes = axesOf(node)?.map((axis) => front(axis, node.shapes[0]!.length));
  if (axes === undefined || axes.includes(own)) return undefined;
  return [own - axes.filter((axis) => axis < own).length];
};

const unsqueeze: AxisRule = (node) => {
  const listed = axesOf(node);
  if (listed === undefined) return undefined;
  const axes = new Set(listed.map((axis) => front(axis, node.shapes[0]!.length + listed.length)));
  let at = 0;
  for (let left = node.axes[0]!; ; at++) {
    if (axes.has(at)) continue;
    if (left === 0) return [at];
    left -= 1;
  }
};

/** Of one attribute, another axis than that of the samples. */
const beside =
  (otherwise: number): AxisRule =>
  ({ axes, shapes, attributes }) => {
    const own = axes.filter((axis) => axis !== undefined && axis !== NONE);
    const [axis] = own;
    const rank = shapes[0]!.length;
    const at = front(numberAt(attributes, 'axis', otherwise), rank);
    return axis !== undefined && axis !== at && own.every((other) => other === axis) ? [axis] : undefined;
  };

const slice: AxisRule = (node) => {
  const own = only(node);
  const rank = node.shapes[0]!.length;
  const axes = node.axes[3] === undefined ? listAt(node.attributes, 'axes') : node.known(3);
  const cut = axes?.map((axis) => front(axis, rank)) ?? node.shapes[0]!.map((_, axis) => axis);
  return own === undefined || cut.includes(own) ? undefined : [own];
};

const gather: AxisRule = ({ axes, shapes, attributes }) => {
  const [data, indices] = axes as [number, number];
  const at = front(numberAt(attributes, 'axis', 0), shapes[0]!.length);
  if (data === NONE) return [at + indices];
  if (indices !== NONE || data === at) return undefined;
  return [data < at ? data : data + shapes[1]!.length - 1];
};

/** What is copied, or filled up, along other axes only: by `neutral` along this one. */
const untouched =
  (neutral: number, places: (axis: number, rank: number) => readonly number[]): AxisRule =>
  (node) => {
    const own = only(node);
    const list = node.known(1) ?? listAt(node.attributes, 'pads');
    const rank = node.shapes[0]!.length;
    if (own === undefined || list === undefined) return undefined;
    return places(own, rank).every((place) => list[place] === neutral) ? [own] : undefined;
  };

/** Samples along the second axis, states as well. */
const recurrent: AxisRule = ({ axes, attributes }) => {
  const others = axes
    .slice(1)
    .every((axis, at) => axis === undefined || axis === NONE || (at >= 4 && axis === 1));
  return axes[0] === 1 && others && numberAt(attributes, 'layout', 0) === 0 ? [2, 1, 1] : undefined;
};

/** Samples along one label, which the result has too; what has none of it is the same for all. */
const einsum: AxisRule = ({ axes, shapes, attributes }) => {
  const { terms, output } = parseEquation(
    textAt(attributes, 'equation', ''),
    shapes.map((shape) => shape!.length),
  );
  const own = axes.map((axis, at) => (axis === NONE ? undefined : terms[at]![axis!]));
  const label = own.find((one) => one !== undefined)!;
  const sizes = new Set<number>();
  const fits = terms.every((term, at) => {
    const places = term.flatMap((one, axis) => (one === label ? [axis] : []));
    if (own[at] === undefined) return places.every((axis) => shapes[at]![axis] === 1);
    for (const axis of places) sizes.add(shapes[at]![axis]!);
    return own[at] === label && places.length === 1;
  });
  return fits && sizes.size === 1 && output.includes(label) ? [output.indexOf(label)] : undefined;
};

/** Along one axis, of one input that has samples. */
const oneAxis =
  (axisOf: (node: BatchedNode) => number | undefined): AxisRule =>
  (node) => {
    const own = only(node);
    const axis = axisOf(node);
    if (own === undefined || axis === undefined) return undefined;
    return own === front(axis, node.shapes[0]!.length) ? undefined : [own];
  };

const alongScales = oneAxis((node) => numberAt(node.attributes, 'axis', 1));

/** One scale is of all elements; one a block is also one a sample. */
const quantised: AxisRule = (node) => {
  const scales = node.shapes[1]!;
  if (scales.length > 1) return undefined;
  const own = only(node);
  return (scales[0] ?? 1) === 1 && own !== undefined ? [own] : alongScales(node);
};

const choice: AxisRule = (node) => {
  const axis = front(numberAt(node.attributes, 'axis', 0), node.shapes[0]!.length);
  const own = only(node);
  if (own === undefined || own === axis) return undefined;
  return [numberAt(node.attributes, 'keepdims', 1) || own < axis ? own : own - 1];
};

/** Matrices in the last two axes. */
const matrices: AxisRule = (node) => {
  const own = only(node);
  return own !== undefined && own < node.shapes[0]!.length - 2 ? [own] : undefined;
};

const each = (names: string, rule: AxisRule): Record<string, AxisRule> =>
  Object.fromEntries(names.split(' ').map((name) => [name, rule]));

/** Where samples lie behind an operator, of which each sample is computed by itself. */
export const axisRules: Readonly<Record<string, AxisRule>> = {
  ...each(
    'Abs Acos Acosh Asin Asinh Atan Atanh Cast Ceil Celu Clip Cos Cosh Dropout Elu Erf Exp Floor',
    broadcast,
  ),
  ...each(
    'Gelu HardSigmoid HardSwish Identity IsInf IsNaN LeakyRelu Log Mish Neg Not Reciprocal Relu',
    broadcast,
  ),
  ...each(
    'Round Selu Sigmoid Sign Sin Sinh Softplus Softsign Sqrt Swish Tan Tanh ThresholdedRelu',
    broadcast,
  ),
  ...each(
    'Add And Div Equal Greater GreaterOrEqual Less LessOrEqual Max Mean Min Mod Mul Or PRelu',
    broadcast,
  ),
  ...each('Pow Sub Sum Where Xor CastLike Shrink', broadcast),
  ...attentionRules({ matMul, broadcast, fromAxis }),
  ...each('Conv ConvTranspose MaxPool AveragePool GlobalAveragePool GlobalMaxPool BatchNormalization', rows),
  ...each('InstanceNormalization GroupNormalization DepthToSpace SpaceToDepth LRN Resize Upsample', rows),
  ...each('LpPool GlobalLpPool Col2Im', rows),
  ...each('Softmax LogSoftmax Hardmax', along),
  ...each('LayerNormalization RMSNormalization', fromAxis),
  ...each('ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ReduceMax ReduceMean ReduceMin', reduction),
  ...each('ReduceSum ReduceSumSquare ReduceProd', reduction),
  ...each('ArgMax ArgMin', choice),
  ...each(
    'TopK LpNormalization',
    oneAxis((node) => numberAt(node.attributes, 'axis', -1)),
  ),
  ...each('QuantizeLinear DequantizeLinear', quantised),
  CumSum: oneAxis((node) => node.known(1)?.[0]),
  Trilu: matrices,
  Einsum: einsum,
  MatMul: matMul,
  Gemm: gemm,
  Transpose: transpose,
  Flatten: flatten,
  Squeeze: squeeze,
  Unsqueeze: unsqueeze,
  Concat: beside(1),
  Split: beside(0),
  Slice: slice,
  Gather: gather,
  Tile: untouched(1, (axis) => [axis]),
  Pad: untouched(0, (axis, rank) => [axis, axis + rank]),
  ...each('LSTM GRU RNN', recurrent),
};
