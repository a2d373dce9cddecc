import { numberOf } from '../format/fields.js';
import type { Graph, Tensor } from '../model/model.js';
import { meanAxes } from '../xnnpack/layouts.js';
import type { Node, NodeView } from '../xnnpack/nodes.js';
import { fewestZeros } from './paddings.js';

/** What is read from the other end. */
export interface MirrorPlan {
  readonly axes: readonly [height: boolean, width: boolean];
  /** The input that is turned round. */
  readonly input: number;
  /** Nodes that read what is turned round. */
  readonly nodes: ReadonlySet<Node>;
  /** Filters that are turned round, where they have more than one element along such an axis. */
  readonly filters: ReadonlySet<Tensor>;
}

/** Operators that do the same to each pixel. */
const PIXELWISE =
  /^(ABS|CEIL|ELU|EXP|FLOOR|GELU|HARD_SWISH|LEAKY_RELU|LOG|LOGISTIC|NEG|RELU|RELU6|RELU_N1_TO_1|RELU_0_TO_1|ROUND|RSQRT|SIGN|SQRT|SQUARE|TANH|ADD|SUB|MUL|DIV|MAXIMUM|MINIMUM|PRELU)$/;

/**
 * Whether a subgraph of one image gives the same when the image and its filters are turned round: all that sees pixels
 * beside each other can be, up to where there is one pixel left.
 *
 * @returns undefined where it does not
 */
export function planMirror(
  graph: Graph,
  view: NodeView,
  axes: readonly [boolean, boolean],
): MirrorPlan | undefined {
  const [input, another] = graph.inputs;
  if (input === undefined || another !== undefined || graph.tensors[input]?.shape.length !== 4)
    return undefined;
  const turned = new Set([input]);
  const nodes = new Set<Node>();
  const isLarge = (i: number) => {
    const { shape = [] } = graph.tensors[i] ?? {};
    return shape.length !== 4 || (axes[0] && shape[1] !== 1) || (axes[1] && shape[2] !== 1);
  };
  for (const node of view.nodes) {
    if (!node.reads.some((read) => turned.has(read))) continue;
    const effect = effectOf(node, axes, (i) => !isLarge(i) || turned.has(i));
    if (effect === undefined) return undefined;
    nodes.add(node);
    if (effect === 'kept')
      for (const output of node.operator.outputs) if (isLarge(output)) turned.add(output);
  }
  if (graph.outputs.some((output) => turned.has(output))) return undefined;
  const filters = turnedFilters(graph, view, nodes, axes);
  return filters && { axes, input, nodes, filters };
}

/** Whether a node gives what it gave, turned round (`kept`) or not (`gone`); undefined where something else. */
function effectOf(
  { operator, window, constants, reads }: Node,
  axes: readonly [boolean, boolean],
  isTurned: (tensor: number) => boolean,
): 'kept' | 'gone' | undefined {
  const { op, options } = operator;
  if (!reads.every(isTurned)) return undefined;
  const travels = window && [window.height, window.width].filter((_, i) => axes[i]);
  if (op === 'CONV_2D' || op === 'DEPTHWISE_CONV_2D') {
    const fits =
      constants[1] !== undefined && travels?.every((travel) => fewestZeros(travel, true) !== undefined);
    return fits ? 'kept' : undefined;
  }
  if (op.endsWith('_POOL_2D')) {
    const even = travels?.every((travel) => {
      const [before, behind] = fewestZeros(travel, true) ?? [-1, -1];
      return before === travel.before && behind <= travel.behind && travel.behind < behind + travel.stride;
    });
    return even ? 'kept' : undefined;
  }
  if (PIXELWISE.test(op)) {
    const constant = constants.filter((each) => each !== undefined);
    const even = constant.every(({ shape }) =>
      shape
        .toReversed()
        .slice(1, 3)
        .every((edge) => edge === 1),
    );
    return even ? 'kept' : undefined;
  }
  if (op === 'CONCATENATION') return [3, -1].includes(numberOf(options, 'axis')) ? 'kept' : undefined;
  if (op === 'MEAN' || op === 'SUM' || op === 'REDUCE_MAX' || op === 'REDUCE_MIN') {
    const over = constants[1] && meanAxes(constants[1]);
    return over?.includes(1) && over.includes(2) ? 'gone' : undefined;
  }
  if (op === 'RESIZE_BILINEAR') {
    const even = numberOf(options, 'alignCorners') !== 0 || numberOf(options, 'halfPixelCenters') !== 0;
    return even ? 'kept' : undefined;
  }
  return undefined;
}

/** The filters to turn round; undefined where one is used elsewhere, or cannot be looked at. */
function turnedFilters(
  graph: Graph,
  { nodes }: NodeView,
  turned: ReadonlySet<Node>,
  axes: readonly [boolean, boolean],
): ReadonlySet<Tensor> | undefined {
  const filters = new Set<Tensor>();
  for (const { operator, constants } of turned) {
    const filter = constants[1];
    if (!operator.op.endsWith('CONV_2D') || filter === undefined) continue;
    const { shape, type, sparse } = filter;
    if (!((axes[0] && shape[1]! > 1) || (axes[1] && shape[2]! > 1))) continue;
    if (sparse || (type !== 'float32' && type !== 'float16')) return undefined;
    filters.add(filter);
  }
  const elsewhere = nodes.some((node) => {
    const turns = turned.has(node) && node.operator.op.endsWith('CONV_2D');
    return node.constants.some((each, i) => each !== undefined && filters.has(each) && !(turns && i === 1));
  });
  const shared = graph.tensors.some((tensor) => {
    const twin = [...filters].find((filter) => filter.data?.byteOffset === tensor.data?.byteOffset);
    return tensor.data !== undefined && twin !== undefined && twin !== tensor;
  });
  return elsewhere || shared ? undefined : filters;
}
