import type { Graph } from '../model/model.js';
import type { Travel } from '../model/window.js';
import { type Node, type NodeView, viewNodes } from '../xnnpack/nodes.js';
import { canHave, type Ends, fewestZeros } from './paddings.js';
import { type MirrorPlan, planMirror } from './plan-mirror.js';

/** Height and width. */
export type Axes<Value> = readonly [height: Value, width: Value];

/** Zeros that are to be written out around what a convolution reads. */
export interface NewPadding {
  readonly node: Node;
  readonly zeros: Axes<Ends>;
}

/** How the layers of a subgraph are to read so that they can run sparse. */
export interface PaddingPlan {
  readonly paddings: readonly NewPadding[];
  /** Where images are to be read from the other end; undefined where from the one that they have. */
  readonly mirror: MirrorPlan | undefined;
}

/**
 * What SAME adds to an even edge is asymmetric: no zero before, one behind, where XNNPACK takes one at each end. Read from
 * the other end, by filters that are turned round, such a layer has one before and may have one behind, which no position
 * reaches; and the mean over all pixels is the same.
 */
export function planPaddings(graph: Graph, single: boolean): PaddingPlan {
  const view = viewNodes(graph);
  const wanted = view.nodes.filter((node) => zerosWanted(graph, node) !== undefined);
  const all = (axis: 0 | 1, mirrored: boolean) =>
    wanted.every((node) => canHave(travelsOf(node)[axis], zerosWanted(graph, node)!, mirrored));
  const mirrored: Axes<boolean> = [!all(0, false) && all(0, true), !all(1, false) && all(1, true)];
  const mirror = single && (mirrored[0] || mirrored[1]) ? planMirror(graph, view, mirrored) : undefined;
  return { paddings: choosePaddings(graph, view, mirror), mirror };
}

function choosePaddings(graph: Graph, view: NodeView, mirror: MirrorPlan | undefined): NewPadding[] {
  return view.nodes.flatMap((node): NewPadding[] => {
    const { window } = node;
    if (window === undefined || !isConvolution(node)) return [];
    const turned: Axes<boolean> = mirror?.nodes.has(node) ? mirror.axes : [false, false];
    const wanted = zerosWanted(graph, node);
    const travels = travelsOf(node);
    const fits = wanted !== undefined && travels.every((travel, i) => canHave(travel, wanted, turned[i]!));
    const zeros = travels.map((travel, i): Ends | undefined =>
      fits ? [wanted, wanted] : fewestZeros(travel, turned[i]!),
    );
    const [height, width] = zeros;
    if (height === undefined || width === undefined) return [];
    const asIs = travels.every(({ before, behind }, i) => {
      return zeros[i]![0] === before && zeros[i]![1] === behind;
    });
    const strided = travels.some(({ stride }) => stride > 1);
    const isSame = window.padding === 'same';
    if (asIs && !(isSame && strided && fits)) return [];
    // Without mirrors nothing is gained by other zeros than those that are wanted.
    if (!fits && !(turned[0] || turned[1])) return [];
    return [{ node, zeros: [height, width] }];
  });
}

function travelsOf({ window }: Node): Axes<Travel> {
  return [window!.height, window!.width];
}

function isConvolution({ operator: { op }, constants: [image, filter] }: Node): boolean {
  return (op === 'CONV_2D' || op === 'DEPTHWISE_CONV_2D') && image === undefined && filter !== undefined;
}

/** Zeros at each end with which a layer can run sparse; undefined for one that cannot, or needs none. */
export function zerosWanted(graph: Graph, node: Node): number | undefined {
  const { operator, window } = node;
  if (window === undefined || !isConvolution(node)) return undefined;
  const { height, width } = window;
  const edge = height.window;
  if (height.dilation !== 1 || width.dilation !== 1 || width.window !== edge) return undefined;
  const channels = graph.tensors[operator.inputs[0] ?? -1]?.shape[3];
  if (operator.op === 'CONV_2D') {
    return edge === 3 && height.stride === 2 && width.stride === 2 && channels === 3 ? 1 : undefined;
  }
  const strides = height.stride === width.stride && height.stride <= 2;
  return strides && (edge === 3 || edge === 5) ? (edge - 1) / 2 : undefined;
}
