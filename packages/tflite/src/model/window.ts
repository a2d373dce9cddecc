import { numberOf } from '../format/fields.js';
import type { Graph, Operator, Tensor } from './model.js';

/** How a window moves along one axis. */
export interface Travel {
  /** Edge of what it moves over, before padding. */
  readonly size: number;
  /** Edge of the window, with its holes. */
  readonly window: number;
  readonly stride: number;
  readonly dilation: number;
  /** Zeros before the first element and behind the last. */
  readonly before: number;
  readonly behind: number;
  /** Positions of the window. */
  readonly positions: number;
}

/** The padding that a window's options name. */
export type Padding = 'same' | 'valid';

/** How an operator with a window reads what it reads. */
export interface WindowView {
  readonly padding: Padding;
  readonly height: Travel;
  readonly width: Travel;
}

/** `SAME`: the fewest zeros with which there is a position for each stride, an odd one behind. */
function samePadding(size: number, window: number, stride: number): readonly [number, number] {
  const positions = Math.ceil(size / stride);
  const all = Math.max(0, (positions - 1) * stride + window - size);
  return [Math.floor(all / 2), Math.ceil(all / 2)];
}

/** Travel with the padding that an operator's options name. */
export function travelOf(
  size: number,
  edge: number,
  stride: number,
  dilation: number,
  padding: Padding,
): Travel {
  const window = (edge - 1) * dilation + 1;
  const [before, behind] = padding === 'same' ? samePadding(size, window, stride) : [0, 0];
  const positions = Math.floor((size + before + behind - window) / stride) + 1;
  return { size, window, stride, dilation, before, behind, positions };
}

/** Travel over what a `PAD` has put zeros around. */
export function padded(travel: Travel, before: number, behind: number): Travel {
  return { ...travel, size: travel.size - before - behind, before, behind };
}

/**
 * The window of a `CONV_2D`, `DEPTHWISE_CONV_2D` or pool.
 *
 * @returns undefined where the sizes of what it reads are not known, or make no sense
 */
export function windowOf(graph: Graph, operator: Operator): WindowView | undefined {
  const { op, inputs, options } = operator;
  const input = graph.tensors[inputs[0] ?? -1];
  const [, height = 0, width = 0] = input?.shape ?? [];
  if (input === undefined || input.shape.length !== 4 || !isFixed(input)) return undefined;
  const padding: Padding = numberOf(options, 'padding') === 0 ? 'same' : 'valid';
  const strides = [numberOf(options, 'strideH'), numberOf(options, 'strideW')] as const;
  const dilations = [numberOf(options, 'dilationH', 1), numberOf(options, 'dilationW', 1)] as const;
  let edges = [numberOf(options, 'filterHeight'), numberOf(options, 'filterWidth')] as const;
  if (!op.endsWith('POOL_2D')) {
    const filter = graph.tensors[inputs[1] ?? -1]?.shape ?? [];
    if (filter.length !== 4) return undefined;
    edges = [filter[1]!, filter[2]!];
  }
  if ([...strides, ...dilations, ...edges, height, width].some((each) => each < 1)) return undefined;
  const made = {
    padding,
    height: travelOf(height, edges[0], strides[0], dilations[0], padding),
    width: travelOf(width, edges[1], strides[1], dilations[1], padding),
  };
  return made.height.positions < 1 || made.width.positions < 1 ? undefined : made;
}

/** Whether a tensor has one height and width, whatever a model is fed. */
function isFixed({ table }: Tensor): boolean {
  const signature = table.shapeSignature;
  return !(signature instanceof Int32Array) || signature.subarray(1).every((edge) => edge >= 0);
}
