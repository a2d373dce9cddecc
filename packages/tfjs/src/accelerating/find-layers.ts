import { applySelect, type Select } from '@synaprune/core';
import type * as tf from '@tensorflow/tfjs-core';
import type { LayersModel, layers } from '@tensorflow/tfjs-layers';
import { flattenTree, type LayerNode, layerTree } from '../model/layer-tree.js';
import { roleOf } from '../model/role-of.js';
import { variableOf } from '../model/trained-weights.js';
import { type Cell, readCell } from './recurrent/cells.js';

/** A weight that is multiplied as a matrix. */
export interface FoundKernel {
  /** As it is saved. */
  readonly name: string;
  readonly shape: readonly number[];
  readonly weight: tf.Variable;
  readonly inputs: number;
  readonly outputs: number;
}

/** A layer with kernels. */
export interface FoundLayer {
  readonly name: string;
  /** Class name. */
  readonly kind: string;
  readonly layer: layers.Layer;
  readonly kernels: readonly FoundKernel[];
  /** Of a recurrent layer: what stands in each other's place, the first one first. */
  readonly cells?: readonly Cell[];
  /** Why there are no packed products for it; absent where there are. */
  readonly held?: string;
}

type Config = Readonly<Record<string, unknown>>;

/** The weight of a layer that a kernel of tfjs multiplies by, as it is. */
const PRODUCTS: Readonly<Record<string, string>> = {
  Dense: 'kernel',
  Conv1D: 'kernel',
  Conv2D: 'kernel',
  SeparableConv2D: 'pointwise_kernel',
};

/** The layers of a model that have kernels, each once. */
export function findLayers(model: LayersModel): FoundLayer[] {
  const found = new Map<layers.Layer, FoundLayer>();
  /** Cells of recurrent layers, which run as one with them. */
  const inside = new Set<layers.Layer>();
  for (const node of flattenTree(layerTree(model))) {
    const { layer, kind, path, children } = node;
    const recurrent = isRecurrent(node);
    if ((children.length > 0 && !recurrent) || found.has(layer) || inside.has(layer)) continue;
    const kernels = kernelsOf(layer);
    if (kernels.length === 0) continue;
    for (const part of flattenTree(node)) inside.add(part.layer);
    const what = recurrent ? judgeCells(node, kernels) : judge(node, kernels);
    found.set(layer, { name: path.slice(1).join('/'), kind, layer, ...what });
  }
  return [...found.values()];
}

/**
 * The layers all of whose kernels are picked.
 *
 * @throws PruneError `unmatched-selector` when a selector picks nothing
 */
export function chooseLayers(
  layers: readonly FoundLayer[],
  select: Select | undefined,
): ReadonlySet<FoundLayer> {
  const candidates = layers.flatMap(({ kernels }) => kernels);
  const picked = new Set(applySelect('accelerate', candidates, select));
  return new Set(layers.filter(({ kernels }) => kernels.every((kernel) => picked.has(kernel))));
}

function kernelsOf(layer: layers.Layer): FoundKernel[] {
  return layer.weights.flatMap((variable) => {
    const { originalName: name, shape } = variable;
    const edges = shape.map(Number);
    if (!/^(|\w+_)kernel$/.test(roleOf(name)) || edges.length < 2) return [];
    const outputs = edges.at(-1)!;
    const inputs = edges.slice(0, -1).reduce((product, edge) => product * edge, 1);
    return [{ name, shape: edges, weight: variableOf(variable), inputs, outputs }];
  });
}

function judge({ layer, kind }: LayerNode, kernels: FoundKernel[]): Pick<FoundLayer, 'kernels' | 'held'> {
  const role = Object.hasOwn(PRODUCTS, kind) ? PRODUCTS[kind] : undefined;
  if (role === undefined) return { kernels, held: `there are no packed products for ${kind}` };
  const own = kernels.filter(({ name }) => roleOf(name) === role);
  const held = kind === 'Dense' || kind === 'SeparableConv2D' ? undefined : windowOf(layer.getConfig(), own);
  return held === undefined ? { kernels: own } : { kernels, held };
}

const RECURRENT = ['RNN', 'SimpleRNN', 'LSTM', 'GRU'];

function isRecurrent({ kind }: LayerNode): boolean {
  return RECURRENT.includes(kind) || kind.startsWith('ConvLSTM2D');
}

function judgeCells(
  { children }: LayerNode,
  kernels: FoundKernel[],
): Omit<FoundLayer, 'name' | 'kind' | 'layer'> {
  const nodes = children.flatMap((node) => (node.kind === 'StackedRNNCells' ? node.children : [node]));
  const cells = nodes.map(({ layer }) => readCell(layer));
  const held = cells.find((cell) => typeof cell === 'string');
  if (held !== undefined) return { kernels, held };
  return { kernels, cells: cells.filter((cell) => typeof cell !== 'string') };
}

/** What keeps a convolution from being a product of its pixels. */
function windowOf({ strides }: Config, [kernel]: readonly FoundKernel[]): string | undefined {
  const edges = kernel!.weight.shape.slice(0, -2);
  if (edges.some((edge) => edge !== 1))
    return `there are no packed products for windows of ${edges.join('×')}`;
  const steps = [strides].flat();
  if (steps.some((step) => step !== 1))
    return `there are no packed products for strides of ${steps.join('×')}`;
  return undefined;
}
