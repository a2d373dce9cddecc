import type { Consumer, Tracer } from '../trace/trace.js';
import type { Dequantisation, Reference } from '../trace/trace-step.js';
import { isOutOfReach } from '../view/element-bytes.js';
import type { NodeView, TensorView } from '../view/model-view.js';
import { readNumbers } from '../view/numbers.js';

/** What turns the integers of a weight into numbers: `(value − zero point) · scale`. */
export interface Quantisation {
  /** One, or one for each parameter. */
  readonly zeroPoints: readonly number[];
  /** One, or one for each parameter. */
  readonly scales: readonly number[];
  /** Which parameter an element has, by its flat index. */
  readonly parameterOf: (index: number) => number;
  /**
   * Where an element of flat index `i` has parameter `⌊i / run⌋ mod rows`: consecutive elements that share one, and how
   * many there are.
   */
  readonly order?: { readonly run: number; readonly rows: number };
}

/** Where the parameters of a use are, or that they cannot be known. */
export type Parameters =
  | {
      readonly known: true;
      readonly zeroPoint: TensorView | undefined;
      /** Missing where the operator leaves scaling to others. */
      readonly scale: TensorView | undefined;
      readonly axis: number;
      readonly block: number;
    }
  | { readonly known: false; readonly reason: string };

/** The parameters of a quantised weight at one of its uses. */
export function findParameters(tensor: TensorView, consumer: Consumer, trace: Tracer): Parameters {
  const { node, scope, input, dequantize } = consumer;
  const axes = tensor.shape.length;
  const at = (
    zeroPoint: number,
    scale: number | undefined,
    axis: number,
    { block = 0, from = node, within = scope, moved = consumer.moved } = {},
  ): Parameters => {
    const input = (index: number) => constantOf({ scope: within, name: from.inputs[index] ?? '' }, trace);
    const found = input(zeroPoint);
    const scaled = scale === undefined ? undefined : input(scale);
    if (found === null || scaled === null || (scale !== undefined && scaled === undefined)) {
      return { known: false, reason: 'its scale or zero point is no constant' };
    }
    const single = (found?.elements ?? 1) === 1 && (scaled?.elements ?? 1) === 1;
    if (moved && !single) return { known: false, reason: 'it is reshaped before it is dequantised' };
    return { known: true, zeroPoint: found, scale: scaled, axis: axis < 0 ? axis + axes : axis, block };
  };
  if (dequantize !== undefined && !('node' in dequantize)) return writtenOut(tensor, dequantize, trace);
  if (dequantize !== undefined) {
    const { node: from, scope: within, moved } = dequantize;
    const block = from.integers.get('block_size') ?? 0;
    return at(2, 1, from.integers.get('axis') ?? 1, { block, from, within, moved });
  }
  switch (`${node.op} ${input}`) {
    case 'ConvInteger 1':
      return at(3, undefined, 0);
    case 'MatMulInteger 1':
      return at(3, undefined, -1);
    case 'MatMulInteger 0':
      return at(2, undefined, -2);
    case 'MatMulIntegerToFloat 1':
      return at(5, 3, -1);
    case 'MatMulIntegerToFloat 0':
      return at(4, 2, -2);
    case 'DynamicQuantizeMatMul 1':
      return at(3, 2, -1);
    case 'QAttention 1':
      return at(7, 4, -1);
    // One an edge of the last axis, or one for each direction.
    case 'DynamicQuantizeLSTM 1':
      return at(9, 8, tensor.shape[0] === 1 ? -1 : 0);
    case 'DynamicQuantizeLSTM 2':
      return at(11, 10, tensor.shape[0] === 1 ? -1 : 0);
    case 'QGemm 3':
      return at(5, 4, (node.integers.get('transB') ?? 0) === 0 ? -1 : 0);
    case 'QGemm 0':
      return at(2, 1, (node.integers.get('transA') ?? 0) === 0 ? 0 : -1);
    case 'QLinearConv 3':
      return at(5, 4, 0);
    case 'QLinearMatMul 3':
      return at(5, 4, -1);
    case 'QLinearMatMul 0':
      return at(2, 1, -2);
    default:
      return { known: false, reason: `the scale and zero point that ${node.op} gives it are not known` };
  }
}

/** Those of integers that `Cast`, `Sub` and `Mul` make numbers of. */
function writtenOut(
  tensor: TensorView,
  { zeroPoint, scale, moved }: Exclude<Dequantisation, { readonly node: NodeView }>,
  trace: Tracer,
): Parameters {
  const found = zeroPoint && constantOf(zeroPoint, trace, true);
  const scaled = scale && constantOf(scale, trace, true);
  if (found === null || scaled === null)
    return { known: false, reason: 'its scale or zero point is computed' };
  const several = [found, scaled].filter((each) => each !== undefined && each.elements > 1);
  const axes = new Set(several.map((each) => axisOf(each!.shape, tensor.shape)));
  const [axis = 0] = axes;
  if (moved && several.length > 0) return { known: false, reason: 'it is reshaped before it is dequantised' };
  if (axes.size > 1 || axes.has(-1)) return { known: false, reason: 'its scales go along several axes' };
  return { known: true, zeroPoint: found, scale: scaled, axis, block: 0 };
}

/** The axis of a weight along which a constant goes that is broadcast to it; −1 where it is not one. */
function axisOf(shape: readonly number[], weight: readonly number[]): number {
  const offset = weight.length - shape.length;
  const long = shape.flatMap((edge, axis) => (edge > 1 ? [axis + offset] : []));
  return long.length === 1 && offset >= 0 ? long[0]! : -1;
}

/** The one constant behind a name; `undefined` where there is no name, `null` where there is no one constant. */
function constantOf({ scope, name }: Reference, trace: Tracer, still = false): TensorView | undefined | null {
  if (name === '') return undefined;
  const [source, another] = trace(scope, name);
  if (source === undefined || another !== undefined || source.dequantize !== undefined) return null;
  const { tensor, passage, moved } = source;
  const unread = isOutOfReach(tensor) || tensor.nonZeros !== undefined;
  return unread || passage !== 'itself' || (still && moved && tensor.elements > 1) ? null : tensor;
}

/** The parameters' values, or why they cannot be used. */
export function readQuantisation(
  bytes: Uint8Array,
  tensor: TensorView,
  parameters: Parameters & { readonly known: true },
): Quantisation | string {
  const { zeroPoint, scale, axis, block } = parameters;
  const zeroPoints = zeroPoint === undefined ? [0] : readNumbers(bytes, zeroPoint);
  const scales = scale === undefined ? [1] : readNumbers(bytes, scale);
  // Written out, a zero point may be a float; with an operator it has the type of the weight.
  const fits = zeroPoint?.type.name === tensor.type.name || zeroPoints?.every(Number.isInteger) === true;
  if (zeroPoints === undefined || !fits) return `its zero point is ${zeroPoint?.type.name}`;
  if (scales === undefined) return `its scale is ${scale?.type.name}`;
  const count = Math.max(zeroPoints.length, scales.length);
  const even = [zeroPoints, scales].every(({ length }) => length === 1 || length === count);
  if (count === 1 && even) return { zeroPoints, scales, parameterOf: () => 0 };
  const order = orderOf(tensor.shape, axis, block, count);
  if (order === undefined || !even) {
    return `its ${count} scales or zero points do not fit axis ${axis} of [${tensor.shape}]`;
  }
  return { zeroPoints, scales, ...order };
}

/** From a flat index to its parameter: one an edge of the axis, or one a block along it. */
function orderOf(
  shape: readonly number[],
  axis: number,
  block: number,
  count: number,
): Pick<Quantisation, 'parameterOf' | 'order'> | undefined {
  const edge = shape[axis];
  if (edge === undefined) return undefined;
  const inner = shape.slice(axis + 1).reduce((product, next) => product * next, 1);
  if (block <= 0) {
    if (count !== edge) return undefined;
    return { parameterOf: (index) => Math.floor(index / inner) % edge, order: { run: inner, rows: edge } };
  }
  const outer = shape.slice(0, axis).reduce((product, next) => product * next, 1);
  const blocks = Math.ceil(edge / block);
  if (count !== outer * blocks * inner) return undefined;
  return {
    parameterOf: (index) => {
      const row = Math.floor(index / inner);
      return (Math.floor(row / edge) * blocks + Math.floor((row % edge) / block)) * inner + (index % inner);
    },
    ...(inner === 1 && edge % block === 0 ? { order: { run: block, rows: count } } : {}),
  };
}
