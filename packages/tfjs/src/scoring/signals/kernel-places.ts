import type * as tf from '@tensorflow/tfjs-core';
import type { LayersModel, layers } from '@tensorflow/tfjs-layers';
import { flattenTree, type LayerNode, layerTree } from '../../model/layer-tree.js';
import { roleOf } from '../../model/role-of.js';
import { variableOf } from '../../model/trained-weights.js';

/** Where the numbers that pass through a kernel are to be seen. */
export interface KernelPlace {
  readonly layer: layers.Layer;
  /** Which of the tensors that the layer takes the kernel multiplies: 1 is the state of a recurrent cell. */
  readonly reads: number;
  /** What is seen of the kernel's inputs, a number for each, in a shape that broadcasts to the kernel's; absent where its inputs stay inside the layer. */
  readonly inputs?: readonly number[];
  /** The same of its outputs, the activation included. */
  readonly outputs?: readonly number[];
  /** The axis of what the layer takes and gives on which its units or channels are. */
  readonly axis: 'first' | 'last';
}

/** Axes of a kernel, counted from 1 at its end, on which its inputs and its outputs are. */
interface Axes {
  readonly reads?: number;
  readonly inputs?: readonly number[];
  readonly outputs?: readonly number[];
}

const PLAIN: Axes = { inputs: [2], outputs: [1] };
const TRANSPOSED: Axes = { inputs: [1], outputs: [2] };
/** What a cell gives of each unit stands in every gate of its kernels. */
const STATES: Axes = { inputs: [2], outputs: [1], reads: 1 };

/** By class name and role. What the first half of a separable layer gives, its second half takes, and nobody sees it. */
const AXES: Readonly<Record<string, Axes>> = {
  'Dense/kernel': PLAIN,
  'Conv1D/kernel': PLAIN,
  'Conv2D/kernel': PLAIN,
  'Conv3D/kernel': PLAIN,
  'Conv2DTranspose/kernel': TRANSPOSED,
  'Conv3DTranspose/kernel': TRANSPOSED,
  'DepthwiseConv2D/depthwise_kernel': { inputs: [2], outputs: [2, 1] },
  'SeparableConv2D/depthwise_kernel': { inputs: [2] },
  'SeparableConv2D/pointwise_kernel': { outputs: [1] },
  'SimpleRNNCell/kernel': PLAIN,
  'SimpleRNNCell/recurrent_kernel': STATES,
  'GRUCell/kernel': PLAIN,
  'GRUCell/recurrent_kernel': STATES,
  'LSTMCell/kernel': PLAIN,
  'LSTMCell/recurrent_kernel': STATES,
};

/** The kernels of a model of which a layer's calls show inputs or outputs. */
export function kernelPlaces(model: LayersModel): Map<tf.Variable, KernelPlace> {
  const found = new Map<tf.Variable, KernelPlace>();
  for (const node of flattenTree(layerTree(model))) {
    if (node.children.length > 0) continue;
    for (const variable of node.layer.weights) {
      const shape = variable.shape.map(Number);
      const place = placeOf(node, roleOf(variable.originalName), shape);
      if (place !== undefined) found.set(variableOf(variable), place);
    }
  }
  return found;
}

function placeOf(
  { layer, kind }: LayerNode,
  role: string,
  shape: readonly number[],
): KernelPlace | undefined {
  const key = `${kind}/${role}`;
  if (!Object.hasOwn(AXES, key)) return undefined;
  const { inputs, outputs, reads = 0 } = AXES[key]!;
  const only = (axes: readonly number[]) =>
    shape.map((edge, i) => (axes.includes(shape.length - i) ? edge : 1));
  return {
    layer,
    reads,
    ...(inputs && { inputs: only(inputs) }),
    ...(outputs && { outputs: only(outputs) }),
    axis: layer.getConfig().dataFormat === 'channelsFirst' ? 'first' : 'last',
  };
}
