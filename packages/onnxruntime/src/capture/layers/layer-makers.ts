import type { NodeProto } from '@synaprune/onnx';
import { numberAt, readAttributes } from '@synaprune/onnx/graph';
import type { ModelGraph } from '../model-graph.js';
import { findBias, type Readers } from './bias.js';
import { convolutionLayer } from './convolution.js';
import type { Layer, LayerBias, Unfit } from './layer.js';
import { productLayer, scaleOf, turnsOf } from './product.js';
import { recurrentLayer } from './recurrent.js';

/** An input of a node that a tensor feeds. */
export interface Use {
  readonly node: NodeProto;
  readonly at: number;
  /** Whether the tensor is turned on its way. */
  readonly turned: boolean;
}

/** Where a weight is used. */
export interface Place extends Use {
  readonly graph: ModelGraph;
  readonly readers: Readers;
  readonly tensor: string;
  readonly shape: readonly number[];
}

/** `undefined` where what the node reads is not captured. */
type LayerMaker = (place: Place) => Layer | Unfit | undefined;

/** By operator, those of ONNX Runtime behind their domain. Behind a fused one lies its activation, and no bias. */
export const LAYER_MAKERS: Readonly<Record<string, LayerMaker>> = {
  Conv: (place) => convolution(place, { input: 2, behind: true }),
  'com.microsoft.FusedConv': (place) => convolution(place, { input: 2, behind: false }),
  MatMul: (place) => product(place, { behind: true }),
  'com.microsoft.FusedMatMul': (place) => product(place, { behind: true }),
  'com.microsoft.TransposeMatMul': (place) => product(place, { behind: true }),
  Gemm: (place) => product(place, { input: 2, behind: true }),
  'com.microsoft.FusedGemm': (place) => product(place, { input: 2, behind: false }),
  'com.microsoft.Attention': (place) =>
    isRight(place) && place.shape.length === 2 ? product(place, { input: 2, behind: false }) : undefined,
  LSTM: recurrent,
  GRU: recurrent,
  RNN: recurrent,
};

function isRight({ at, turned }: Use): boolean {
  return at === 1 && !turned;
}

function convolution(place: Place, ways: BiasWays): Layer | undefined {
  if (!isRight(place)) return undefined;
  const { tensor, node, shape } = place;
  const outputs = shape[0]!;
  const rows = outputs / numberAt(readAttributes(node.attribute), 'group', 1);
  return convolutionLayer(
    tensor,
    node,
    shape,
    biasOf(place, ways, { outputs, rows, behind: shape.length - 2 }),
  );
}

/** Of two factors, the weight on either side. */
function product(place: Place, ways: BiasWays): Layer | Unfit | undefined {
  const { tensor, node, at, turned, shape } = place;
  const attributes = readAttributes(node.attribute);
  const turnsBatches = ['transBatchA', 'transBatchB'].some((name) => numberAt(attributes, name, 0) !== 0);
  if (at > 1 || turnsBatches) return undefined;
  const turns = turnsOf(node);
  const rows = turned === turns[1] ? shape.at(-1)! : shape.at(-2)!;
  const isMatrix = at === 1 && shape.length === 2;
  const bias = isMatrix ? biasOf(place, ways, { outputs: rows, rows, behind: 0 }) : undefined;
  return productLayer({ tensor, node, at, shape, turned, turns, scale: scaleOf(node), bias });
}

function recurrent({ graph, readers, tensor, node, at, turned, shape }: Place): Layer | undefined {
  if ((at !== 1 && at !== 2) || turned) return undefined;
  const bias = node.input[3];
  const own = bias && graph.tensors.has(bias) && readers.get(bias)?.length === 1 ? bias : undefined;
  return recurrentLayer(tensor, node, at, shape, own);
}

/** Where an operator may have its bias. */
interface BiasWays {
  /** The input that is one, where it is given. */
  readonly input?: number;
  /** Whether what is added behind is one, where it has none of its own. */
  readonly behind: boolean;
}

function biasOf(
  { graph, readers, node }: Place,
  { input, behind }: BiasWays,
  sizes: Parameters<typeof findBias>[4],
): LayerBias | undefined {
  const own = input !== undefined && node.input[input] ? input : undefined;
  return own !== undefined || behind ? findBias(graph, readers, node, own, sizes) : undefined;
}
