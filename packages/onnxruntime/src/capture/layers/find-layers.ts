import type { NodeProto, OnnxWeight } from '@synaprune/onnx';
import { numberAt, placeOf, readAttributes } from '@synaprune/onnx/graph';
import type { ModelGraph } from '../model-graph.js';
import { findBias, type Readers, readersOf } from './bias.js';
import { convolutionLayer } from './convolution.js';
import type { Layer, Unfit } from './layer.js';
import { productLayer, scaleOf, turnsOf } from './product.js';
import { recurrentLayer } from './recurrent.js';

/** A weight that is to be pruned, and the layers that it is the matrix of; or why there is none. */
export interface FoundLayers {
  readonly weight: OnnxWeight;
  readonly layers: readonly Layer[] | Unfit;
}

/** How weights are used whose inputs can be captured. */
export function findLayers(graph: ModelGraph, weights: readonly OnnxWeight[]): FoundLayers[] {
  const readers = readersOf(graph);
  const byPlace = new Map(Array.from(graph.tensors.keys(), (name) => [`graph/${name}`, name]));
  return weights.map((weight): FoundLayers => {
    const tensor = byPlace.get(weight.place);
    if (tensor === undefined) return unfit(weight, 'it lies in a graph inside a node, or in a function');
    if (weight.dataType !== 'float32' || weight.storage === 'sparse') {
      return unfit(
        weight,
        `it is ${weight.storage === 'sparse' ? 'stored sparse' : weight.dataType}, and float32 is refitted`,
      );
    }
    const uses = usesOf(graph, readers, tensor, false);
    if (!Array.isArray(uses)) return { weight, layers: uses };
    const layers: Layer[] = [];
    for (const use of uses) {
      const layer = layerOf(graph, readers, tensor, use, weight.shape);
      if ('why' in layer) return { weight, layers: layer };
      layers.push(layer);
    }
    return { weight, layers };
  });
}

function unfit(weight: OnnxWeight, why: string): FoundLayers {
  return { weight, layers: { why } };
}

/** An input of a node that a tensor feeds. */
interface Use {
  readonly node: NodeProto;
  readonly at: number;
  readonly turned: boolean;
}

/** Follows a tensor through what only passes it on, or turns a matrix. */
function usesOf(graph: ModelGraph, readers: Readers, name: string, turned: boolean): Use[] | Unfit {
  const uses: Use[] = [];
  for (const reader of readers.get(name) ?? []) {
    if (reader === 'output') return { why: 'it is an output of the model too' };
    const { opType, domain, input, output } = reader;
    const at = input.indexOf(name);
    if (at < 0) return { why: `a graph inside ${placeOf(reader)} reads it` };
    if (input.lastIndexOf(name) !== at) return { why: `${placeOf(reader)} reads it twice` };
    const passes = isStandard(domain) && (opType === 'Identity' || turnsMatrix(graph, reader, name));
    if (!passes) {
      uses.push({ node: reader, at, turned });
      continue;
    }
    const behind = usesOf(graph, readers, output[0]!, turned !== (opType === 'Transpose'));
    if (!Array.isArray(behind)) return behind;
    uses.push(...behind);
  }
  return uses;
}

function turnsMatrix(graph: ModelGraph, { opType, attribute }: NodeProto, name: string): boolean {
  if (opType !== 'Transpose' || graph.tensors.get(name)?.dims.length !== 2) return false;
  const order = readAttributes(attribute).perm;
  return order === undefined || String(order) === '1,0';
}

const isStandard = (domain: string) => domain === '' || domain === 'ai.onnx';

function layerOf(
  graph: ModelGraph,
  readers: Readers,
  tensor: string,
  { node, at, turned }: Use,
  shape: readonly number[],
): Layer | Unfit {
  const { opType, domain } = node;
  const standard = isStandard(domain);
  if (!standard && domain !== 'com.microsoft') return { why: `${domain}.${opType} is not known` };
  const none = { why: `what ${placeOf(node)} reads is not captured` };
  const isRight = at === 1 && !turned;
  const key = standard ? opType : `com.microsoft.${opType}`;
  switch (key) {
    case 'Conv':
    case 'com.microsoft.FusedConv': {
      if (!isRight) return none;
      const outputs = shape[0]!;
      const rows = outputs / numberAt(readAttributes(node.attribute), 'group', 1);
      const own = node.input[2] ? 2 : undefined;
      // Behind a fused convolution lies its activation.
      const bias =
        own === 2 || standard
          ? findBias(graph, readers, node, own, { outputs, rows, behind: shape.length - 2 })
          : undefined;
      return convolutionLayer(tensor, node, shape, bias);
    }
    case 'MatMul':
    case 'com.microsoft.FusedMatMul':
    case 'com.microsoft.TransposeMatMul': {
      if (at > 1) return none;
      const attributes = readAttributes(node.attribute);
      if (['transBatchA', 'transBatchB'].some((name) => numberAt(attributes, name, 0) !== 0)) return none;
      const outputs = turned === (at === 1 && turnsOf(node)[1]) ? shape.at(-1)! : shape.at(-2)!;
      const bias =
        at === 1 && shape.length === 2
          ? findBias(graph, readers, node, undefined, { outputs, rows: outputs, behind: 0 })
          : undefined;
      return productLayer({
        tensor,
        node,
        at,
        shape,
        turned,
        turns: turnsOf(node),
        scale: scaleOf(node),
        bias,
      });
    }
    case 'Gemm':
    case 'com.microsoft.FusedGemm': {
      if (at > 1) return none;
      const outputs = turned === turnsOf(node)[1] ? shape[1]! : shape[0]!;
      const own = node.input[2] ? 2 : undefined;
      const bias =
        at === 1 && (own === 2 || standard)
          ? findBias(graph, readers, node, own, { outputs, rows: outputs, behind: 0 })
          : undefined;
      return productLayer({
        tensor,
        node,
        at,
        shape,
        turned,
        turns: turnsOf(node),
        scale: scaleOf(node),
        bias,
      });
    }
    case 'com.microsoft.Attention': {
      if (!isRight || shape.length !== 2) return none;
      const outputs = shape[1]!;
      const bias = node.input[2]
        ? findBias(graph, readers, node, 2, { outputs, rows: outputs, behind: 0 })
        : undefined;
      return productLayer({ tensor, node, at, shape, turned, turns: [false, false], scale: 1, bias });
    }
    case 'LSTM':
    case 'GRU':
    case 'RNN': {
      if ((at !== 1 && at !== 2) || turned) return none;
      const bias = node.input[3];
      const own = bias && graph.tensors.has(bias) && readers.get(bias)?.length === 1 ? bias : undefined;
      return recurrentLayer(tensor, node, at, shape, own);
    }
    default:
      return none;
  }
}
