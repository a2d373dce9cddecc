import type { NodeProto, OnnxWeight } from '@synaprune/onnx';
import { domainOf, placeOf, readAttributes } from '@synaprune/onnx/graph';
import type { ModelGraph } from '../model-graph.js';
import { type Readers, readersOf } from './bias.js';
import type { Layer, Unfit } from './layer.js';
import { LAYER_MAKERS, type Place, type Use } from './layer-makers.js';

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
      const layer = layerOf({ ...use, graph, readers, tensor, shape: weight.shape });
      if ('why' in layer) return { weight, layers: layer };
      layers.push(layer);
    }
    return { weight, layers };
  });
}

function unfit(weight: OnnxWeight, why: string): FoundLayers {
  return { weight, layers: { why } };
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

const isStandard = (domain: string) => domainOf(domain) === '';

function layerOf(place: Place): Layer | Unfit {
  const { opType, domain } = place.node;
  const standard = isStandard(domain);
  if (!standard && domain !== 'com.microsoft') return { why: `${domain}.${opType} is not known` };
  const key = standard ? opType : `com.microsoft.${opType}`;
  const make = Object.hasOwn(LAYER_MAKERS, key) ? LAYER_MAKERS[key] : undefined;
  return make?.(place) ?? { why: `what ${placeOf(place.node)} reads is not captured` };
}
