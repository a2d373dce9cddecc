import { viewOf } from '../elements/codec.js';
import { numberOf } from '../format/fields.js';
import type { Graph, Tensor } from '../model/model.js';
import type { Travel } from '../model/window.js';
import type { Node } from './nodes.js';

/**
 * What XNNPACK can make of a node where it runs sparse, channel after channel instead of pixel after pixel: begin such a
 * part, be inside, end it, or the latter two. Else why not.
 */
export type Layout = 'begins' | 'inside' | 'ends' | 'inside or ends';

/** A layout, or the reason that there is none. */
export type Placing = { readonly layout: Layout } | { readonly reason: string };

/**
 * Releases of XNNPACK differ in some operators. `narrow`: those that every release takes, by which a part runs sparse.
 * `wide`: all that one may take, by which it must still give right answers.
 */
export type Rules = 'narrow' | 'wide';

const UNARY: ReadonlySet<string> = new Set([
  'ABS',
  'CEIL',
  'ELU',
  'FLOOR',
  'HARD_SWISH',
  'LEAKY_RELU',
  'LOGISTIC',
  'NEG',
  'RELU',
  'RELU6',
  'RELU_N1_TO_1',
  'RELU_0_TO_1',
  'ROUND',
  'SQUARE',
]);
/** Those of newer releases. */
const NEWER_UNARY: ReadonlySet<string> = new Set([
  'COS',
  'EXP',
  'GELU',
  'LOG',
  'RSQRT',
  'SIGN',
  'SIN',
  'SQRT',
  'TANH',
]);
const BINARY: ReadonlySet<string> = new Set(['ADD', 'MUL']);

export function placeNode(graph: Graph, node: Node, rules: Rules): Placing {
  const { operator } = node;
  const { op } = operator;
  const touched = [...operator.inputs, ...operator.outputs].flatMap((i) => graph.tensors[i] ?? []);
  const odd = touched.find(({ type }, i) => isOdd(type, op, i));
  if (odd !== undefined) return { reason: `${op} with ${odd.type}: only floats run sparse` };
  const input = graph.tensors[operator.inputs[0] ?? -1];
  const flat = input?.shape.length !== 4;
  if (op === 'CONV_2D') return placeConvolution(graph, node);
  if (op === 'DEPTHWISE_CONV_2D') return placeDepthwise(graph, node);
  if (UNARY.has(op) || (rules === 'wide' && NEWER_UNARY.has(op))) {
    return flat ? { reason: `${op} of other than four axes` } : { layout: 'inside' };
  }
  if (BINARY.has(op)) return placeBinary(graph, node, rules);
  if (op === 'RESIZE_BILINEAR') {
    const small = (input?.shape[1] ?? 0) <= 1 || (input?.shape[2] ?? 0) <= 1;
    return small ? { reason: `${op} of a height or width of 1` } : { layout: 'inside' };
  }
  if (op === 'MEAN' || (rules === 'wide' && op === 'SUM')) return placeMean(graph, node, rules);
  if (op === 'DEPTH_TO_SPACE') return { layout: 'ends' };
  if (op === 'FULLY_CONNECTED' && rules === 'wide') return { layout: 'inside' };
  return { reason: `${op} does not run channel after channel` };
}

/** Whole numbers are what some operators are told, beside what they compute with. */
function isOdd(type: Tensor['type'], op: string, place: number): boolean {
  if (type === 'float32' || type === 'float16') return false;
  const told = place > 0 && /^(MEAN|SUM|PAD|RESIZE_BILINEAR|RESHAPE|REVERSE_V2)$/.test(op);
  return !told;
}

function placeConvolution(graph: Graph, { operator, window, constants }: Node): Placing {
  const filter = constants[1];
  const channels = graph.tensors[operator.inputs[0] ?? -1]?.shape[3];
  if (window === undefined || filter === undefined)
    return { reason: 'a convolution of sizes that are not known' };
  const { height, width } = window;
  if (filter.shape[3] !== channels) return { reason: 'a convolution in groups' };
  if (height.dilation !== 1 || width.dilation !== 1) return { reason: 'a convolution with holes' };
  const strides = [height.stride, width.stride];
  if (height.window === 1 && width.window === 1) {
    if (strides.some((each) => each !== 1))
      return { reason: `a 1×1 convolution with stride ${strides.join('×')}` };
    if ([height, width].some(({ before, behind }) => before + behind > 0)) {
      return { reason: 'a 1×1 convolution with padding' };
    }
    return { layout: 'inside' };
  }
  const kind = `a ${height.window}×${width.window} convolution with stride ${strides.join('×')} on ${channels} channels`;
  const begins =
    height.window === 3 && width.window === 3 && strides.every((each) => each === 2) && channels === 3;
  if (!begins)
    return { reason: `${kind}: 1×1 runs sparse, and 3×3 with stride 2 on 3 channels begins a sparse part` };
  const wrong = wrongPadding(window.padding, [height, width], 1);
  return wrong === undefined ? { layout: 'begins' } : { reason: `${kind}, ${wrong}` };
}

function placeDepthwise(graph: Graph, { operator, window, constants }: Node): Placing {
  const channels = graph.tensors[operator.inputs[0] ?? -1]?.shape[3];
  if (window === undefined || constants[1] === undefined) {
    return { reason: 'a depthwise convolution of sizes that are not known' };
  }
  const { height, width } = window;
  const strides = [height.stride, width.stride];
  const kind = `a depthwise ${height.window}×${width.window} convolution with stride ${strides.join('×')}`;
  if (height.dilation !== 1 || width.dilation !== 1) return { reason: 'a depthwise convolution with holes' };
  if (constants[1].shape[3] !== channels) return { reason: `${kind} that gives more channels than it reads` };
  const edge = height.window;
  if (width.window !== edge || (edge !== 3 && edge !== 5)) return { reason: `${kind}: 3×3 and 5×5 do` };
  if (strides[0] !== strides[1] || strides[0]! > 2) return { reason: `${kind}: strides 1 and 2 do` };
  const wrong = wrongPadding(window.padding, [height, width], (edge - 1) / 2);
  return wrong === undefined ? { layout: 'inside' } : { reason: `${kind}, ${wrong}` };
}

/** What is wrong with padding that has to be so many zeros at each edge, and written out where there are strides. */
function wrongPadding(padding: string, travels: readonly Travel[], zeros: number): string | undefined {
  if (padding === 'same' && travels.some(({ stride }) => stride > 1)) {
    const [height, width] = travels as [Travel, Travel];
    return `padded as SAME (${height.before}+${height.behind} by ${width.before}+${width.behind} zeros): a PAD of ${zeros} at each edge and VALID does`;
  }
  const wrong = travels.find(({ before, behind }) => before !== zeros || behind !== zeros);
  return wrong && `with ${wrong.before} and ${wrong.behind} zeros around it: ${zeros} at each edge does`;
}

function placeBinary(graph: Graph, { operator, constants }: Node, rules: Rules): Placing {
  const { op, inputs } = operator;
  const [first, second] = inputs.map((i) => graph.tensors[i]);
  if (first?.shape.length !== 4 || second?.shape.length !== 4)
    return { reason: `${op} of other than four axes` };
  const spread = (tensor: Tensor) => tensor.shape.filter((edge) => edge !== 1).length > 1;
  const constant = constants.find((each) => each !== undefined);
  if (constant !== undefined && spread(constant))
    return { reason: `${op} with more than a number a channel` };
  // Where the second is constant, releases look at the first in its place.
  if (constants[1] !== undefined && spread(first) && rules === 'narrow') {
    return { reason: `${op} with a constant as its second input` };
  }
  return { layout: 'inside' };
}

function placeMean(graph: Graph, { operator, constants }: Node, rules: Rules): Placing {
  const input = graph.tensors[operator.inputs[0] ?? -1];
  if (input?.shape.length !== 4) return { reason: `${operator.op} of other than four axes` };
  const axes = constants[1] === undefined ? undefined : meanAxes(constants[1]);
  if (axes?.join() !== '1,2' && rules === 'narrow') {
    return { reason: `${operator.op} over other axes than height and width` };
  }
  return { layout: 'inside or ends' };
}

/** The axes that a `MEAN` of four axes goes over, in order. */
export function meanAxes({ data, type }: Tensor): number[] | undefined {
  if (data === undefined || type !== 'int32') return undefined;
  const view = viewOf(data);
  const axes = Array.from({ length: data.length / 4 }, (_, i) => view.getInt32(4 * i, true));
  return axes.map((axis) => (axis < 0 ? axis + 4 : axis)).sort((a, b) => a - b);
}

/** Whether a `MEAN` keeps the axes that it goes over. */
export function keepsAxes({ operator }: Node): boolean {
  return numberOf(operator.options, 'keepDimensions') !== 0;
}
