import { describe, isRecord, quote } from '@synaprune/core/checks';
import type { TfjsArtifacts } from '../artifacts/artifacts.js';
import { badModel } from '../artifacts/bad-model.js';
import { copyJson, type JsonObject, listMember, member, textMember } from '../artifacts/json-tree.js';
import type { StoredWeight } from '../artifacts/open-artifacts.js';
import { type Connection, readCalls, readConnections } from './connections.js';
import { assignWeights, type WeightHolder } from './layer-weights.js';

/**
 * A layers model as a tree of layers. It stands on a copy of the topology that is its own: who changes the `config` of
 * a layer (`layer.config.units = 8`) and puts `topology` into new artifacts, has a changed model.
 */
export interface LayersModel {
  /** A copy of `modelTopology`. */
  readonly topology: JsonObject;
  /** The model itself: `Sequential`, `Functional` or `Model`, or another class. */
  readonly root: Layer;
  /** Weights that no layer was found for. */
  readonly unassigned: readonly StoredWeight[];
}

/** A layer, a nested model, a wrapped layer or a cell. */
export interface Layer {
  /** Unlike that of any other layer of its model; of a wrapped layer what the wrapper calls it: `forward_lstm`. */
  readonly name: string;
  /** As Keras names it: `Conv2D`, `Bidirectional`. */
  readonly className: string;
  /** Whether it is a model of its own, with layers that call each other. */
  readonly isModel: boolean;
  /** Names from the outermost model's layer down to this. */
  readonly path: readonly string[];
  /** Part of the topology. The two directions of a `Bidirectional` share one where the file has one. */
  readonly config: JsonObject;
  /**
   * What it is called on: a list for each call. In a `Sequential` what comes before; empty for the first and for parts.
   * A `Sequential` is called once where it is made, so that the calls of a nested one are numbered from 1.
   */
  readonly inbound: readonly (readonly Connection[])[];
  /** Layers of a nested model; the layer in a wrapper, of a `Bidirectional` both; the cells of an RNN. */
  readonly children: readonly Layer[];
  /** Of a model: what it takes and gives. */
  readonly inputs: readonly Connection[];
  readonly outputs: readonly Connection[];
  /**
   * Its own weights, not those of its children, by what their names have behind the layer's: `kernel`, `bias`, `gamma`,
   * of a layer with parts `query/kernel`.
   */
  readonly weights: ReadonlyMap<string, StoredWeight>;
}

/** A layer while it is put together. */
interface Draft extends Layer, WeightHolder {
  readonly children: Draft[];
  readonly weights: Map<string, StoredWeight>;
}

/**
 * Reads the topology of a layers model. A layer's class need not be known.
 *
 * @param artifacts checked by `openArtifacts`, of kind `layers`
 * @param weights those of the model
 * @throws PruneError `bad-model`
 */
export function readLayersModel(artifacts: TfjsArtifacts, weights: readonly StoredWeight[]): LayersModel {
  const topology = copyJson('modelTopology', artifacts.modelTopology ?? {}) as JsonObject;
  const json = member(topology, 'model_config') ?? topology;
  const root = readLayer('the model', parsed(json), [], true);
  return { topology, root, unassigned: assignWeights(root, weights) };
}

/** All layers of a tree, those that hold others first. */
export function flattenLayers(layer: Layer): Layer[] {
  return [layer, ...layer.children.flatMap(flattenLayers)];
}

/** Keras 1 wrote the configuration as text. */
function parsed(json: unknown): unknown {
  if (typeof json !== 'string') return json;
  throw badModel(`model_config needs to be an object, got ${describe(json)}`);
}

function readLayer(what: string, json: unknown, above: readonly string[], isRoot = false): Draft {
  if (!isRecord(json)) throw badModel(`${what} needs to be an object, got ${describe(json)}`);
  const className = textMember(what, json, 'class_name');
  const inside = member(json, 'config');
  // A Sequential of old is the bare list of its layers.
  const config: JsonObject = Array.isArray(inside) ? { layers: inside as unknown[] } : (inside as JsonObject);
  if (!isRecord(config)) throw badModel(`${what} needs a config, got ${describe(inside)}`);
  const named = member(config, 'name') ?? member(json, 'name');
  const name = typeof named === 'string' ? named : isRoot ? '' : className;
  const path = isRoot ? [] : [...above, name];
  return {
    name,
    className,
    path,
    config,
    isModel: holdsLayers(className, config),
    inbound: readCalls(what, json),
    inputs: readConnections(what, config, 'input_layers'),
    outputs: readConnections(what, config, 'output_layers'),
    weights: new Map(),
    ...childrenOf(name, className, config, path),
  };
}

/** A layer of another class may have something else of that name. */
function holdsLayers(className: string, config: JsonObject): boolean {
  if (['Sequential', 'Functional', 'Model'].includes(className)) return true;
  const layers = member(config, 'layers');
  return Array.isArray(layers) && layers.length > 0 && layers.every((each) => member(each, 'class_name'));
}

function childrenOf(
  name: string,
  className: string,
  config: JsonObject,
  path: readonly string[],
): { readonly children: Draft[] } & Partial<Pick<Draft, 'inputs' | 'outputs'>> {
  if (holdsLayers(className, config)) return modelParts(name, className, config, path);
  const part = (key: string, named?: string): Draft[] => {
    const json = member(config, key);
    if (!isRecord(json) || member(json, 'class_name') === undefined) return [];
    const made = readLayer(`${key} of ${quote(name)}`, json, path);
    return [named === undefined ? made : { ...made, name: named, path: [...path, named] }];
  };
  if (className === 'Bidirectional') {
    const [forward] = part('layer');
    if (forward === undefined) return { children: [] };
    const own = part('backward_layer')[0];
    const backward = own ?? part('layer')[0]!;
    const children = [forward, backward].map((each, i) => {
      const called = `${i === 0 ? 'forward' : 'backward'}_${each.name.replace(/^(forward|backward)_/, '')}`;
      return { ...each, name: called, path: [...path, called] };
    });
    return { children };
  }
  const cells = listMember(`the layer ${quote(name)}`, config, 'cells');
  const children = [...part('layer'), ...part('cell')];
  if (children.length > 0 || cells.length === 0) return { children };
  return { children: cells.map((cell, i) => readLayer(`cell ${i} of ${quote(name)}`, cell, path)) };
}

function modelParts(
  name: string,
  className: string,
  config: JsonObject,
  path: readonly string[],
): { readonly children: Draft[] } & Partial<Pick<Draft, 'inputs' | 'outputs'>> {
  const list = listMember(`the model ${quote(name)}`, config, 'layers');
  const children = list.map((each, i) => readLayer(`layer ${i} of ${quote(name)}`, each, path));
  const names = new Set<string>();
  for (const child of children) {
    if (names.has(child.name)) throw badModel(`two layers of ${quote(name)} are named ${quote(child.name)}`);
    names.add(child.name);
  }
  if (className !== 'Sequential') {
    for (const child of children) {
      const unknown = child.inbound.flat().find(({ layer }) => !names.has(layer));
      if (unknown === undefined) continue;
      throw badModel(
        `the layer ${quote(child.name)} takes ${quote(unknown.layer)}, which is no layer beside it`,
      );
    }
    return { children };
  }
  const first = children[0];
  const last = children.at(-1);
  return {
    children: children.map((child, i) =>
      i === 0 ? child : { ...child, inbound: [[{ layer: children[i - 1]!.name, call: 0, output: 0 }]] },
    ),
    inputs: first === undefined ? [] : [{ layer: first.name, call: 0, output: 0 }],
    outputs: last === undefined ? [] : [{ layer: last.name, call: 0, output: 0 }],
  };
}
