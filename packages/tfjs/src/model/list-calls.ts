import type { LayersModel, layers, SymbolicTensor } from '@tensorflow/tfjs-layers';
import { isModel } from './layer-tree.js';

/** Where a value comes from: an output of a call, or an input of the model. */
export type Source =
  | { readonly call: number; readonly output: number }
  | { readonly call: undefined; readonly input: number };

/** One layer, called once. */
export interface LayerCall {
  readonly layer: layers.Layer;
  readonly inputs: readonly Source[];
}

/** A model as calls of its layers, each after those that it reads. */
export interface CalledModel {
  readonly calls: readonly LayerCall[];
  readonly outputs: readonly Source[];
}

type Layer = layers.Layer;

/** The outputs of one call by their numbers. */
type Outputs = (output: number) => Source;

/** One use of a model: what its inputs stand for, and what has been found of it. */
interface Use {
  readonly bound: ReadonlyMap<number, Source>;
  readonly found: Map<Layer, Map<number, Outputs>>;
}

/**
 * The calls of layers that make up a model's prediction, in an order in which they can be made. Nested models are taken
 * apart; a layer that is applied several times, or is in a model that is, comes once for each.
 */
export function listCalls(model: LayersModel): CalledModel {
  const calls: LayerCall[] = [];

  const resolve = (value: SymbolicTensor, use: Use): Source => {
    const bound = use.bound.get(value.id);
    if (bound !== undefined) return bound;
    const { sourceLayer: layer, nodeIndex, tensorIndex } = value;
    const nodes = use.found.get(layer) ?? new Map<number, Outputs>();
    use.found.set(layer, nodes);
    const known = nodes.get(nodeIndex);
    if (known !== undefined) return known(tensorIndex);
    const inputs = value.inputs.map((input) => resolve(input, use));
    const outputs = isModel(layer) ? openModel(layer as LayersModel, inputs) : addCall(layer, inputs);
    nodes.set(nodeIndex, outputs);
    return outputs(tensorIndex);
  };

  const openModel = (inner: LayersModel, sources: readonly Source[]): Outputs => {
    const bound = new Map(inner.inputs.map(({ id }, i) => [id, sources[i]!]));
    const use = { bound, found: new Map() };
    const outputs = inner.outputs.map((output) => resolve(output, use));
    return (output) => outputs[output]!;
  };

  const addCall = (layer: Layer, inputs: readonly Source[]): Outputs => {
    const call = calls.push({ layer, inputs }) - 1;
    return (output) => ({ call, output });
  };

  const outputs = openModel(
    model,
    model.inputs.map((_, input) => ({ call: undefined, input })),
  );
  return { outputs: model.outputs.map((_, i) => outputs(i)), calls };
}
