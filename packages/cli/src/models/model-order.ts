import { findWeights } from '@synaprune/onnx';
import { graphsOf, viewMessages } from '@synaprune/onnx/graph';
import { findTfjsWeights, type TfjsArtifacts } from '@synaprune/tfjs-files';
import { lintTflite } from '@synaprune/tflite';
import type { ModelFile } from './open-model.js';

/** Where weights come in when a model is computed, by their names: smaller is earlier. */
export type ModelOrder = ReadonlyMap<string, number>;

/** The order in which the weights of a model come in, which is that of its nodes or layers and not that of its file. */
export function orderOf(model: ModelFile): ModelOrder {
  const [places, weights] =
    model.format === 'onnx'
      ? [onnxPlaces(model.bytes), findWeights(model.bytes)]
      : [tfjsPlaces(model.artifacts), findTfjsWeights(model.artifacts)];
  const ranks = new Map(places.map((place, rank) => [place, rank] as const).reverse());
  return new Map(
    weights.map(({ name, uses }) => [name, Math.min(...uses.map(({ node }) => rankOf(node, ranks)))]),
  );
}

/** The same of a `.tflite` file. */
export function orderOfTflite(bytes: Uint8Array): ModelOrder {
  return new Map(
    lintTflite(bytes)
      .layers.map(({ weight }, rank) => [weight, rank] as const)
      .reverse(),
  );
}

/** Sorts what is named after weights, such as `conv1.weight` or, a group of channels, `conv1.weight[0]#2`. */
export function inOrderOf<Named extends { readonly name: string }>(
  order: ModelOrder,
  all: readonly Named[],
): Named[] {
  const rank = ({ name }: Named) =>
    order.get(name) ?? order.get(name.replace(/\[\d+\](?:#\d+)?$/, '')) ?? Number.POSITIVE_INFINITY;
  // Not by a difference, which two infinities have none of.
  return [...all].sort((a, b) => Number(rank(a) > rank(b)) - Number(rank(a) < rank(b)));
}

/** Of a node, or of what it lies in: a cell of a layer. */
function rankOf(place: string, ranks: ReadonlyMap<string, number>): number {
  for (let at = place; at !== ''; at = at.slice(0, Math.max(0, at.lastIndexOf('/')))) {
    const rank = ranks.get(at);
    if (rank !== undefined) return rank;
  }
  return Number.POSITIVE_INFINITY;
}

/** Places of nodes as {@link findWeights} writes them, in the order of a model, which is that of its file. */
function onnxPlaces(bytes: Uint8Array): string[] {
  const { graph, functions } = viewMessages(bytes);
  const bodies = new Map(functions.map(({ domain, name, node }) => [`${domain}.${name}`, node]));
  const places: string[] = [];
  // The innermost last: calls of functions may be nested deeper than a program's own.
  const open = [{ nodes: graph?.node ?? [], place: 'graph', next: 0 }];
  for (let inner = open.at(-1); inner !== undefined; inner = open.at(-1)) {
    const index = inner.next++;
    const node = inner.nodes[index];
    if (node === undefined) {
      open.pop();
      continue;
    }
    const here = `${inner.place}/${node.name === '' ? `${node.opType}_${index}` : node.name}`;
    places.push(here);
    const graphs = node.attribute.flatMap((attribute) => {
      const own = graphsOf(attribute);
      return own.map(({ node: nodes }, i) => {
        const place = `${here}.${attribute.name}${own.length > 1 ? `[${i}]` : ''}`;
        return { nodes, place, next: 0 };
      });
    });
    const called = `${node.domain}.${node.opType}`;
    const body = bodies.get(called);
    // Once is enough, at the first call.
    bodies.delete(called);
    if (body !== undefined)
      graphs.push({ nodes: body, place: `function ${called.replace(/^\./, '')}`, next: 0 });
    open.push(...graphs.reverse());
  }
  return places;
}

/** Nodes of a graph model, or layers of a layers model, in the order in which they are computed. */
function tfjsPlaces({ modelTopology }: TfjsArtifacts): string[] {
  const { node } = modelTopology as { readonly node?: readonly GraphNode[] };
  return node === undefined ? layersIn(modelTopology, '') : sorted(node);
}

interface GraphNode {
  readonly name: string;
  readonly input?: readonly string[];
}

/** Each behind what it reads, and else as they are listed. */
function sorted(nodes: readonly GraphNode[]): string[] {
  const byName = new Map(nodes.map((node) => [node.name, node]));
  const [order, entered] = [new Set<string>(), new Set<string>()];
  const open = [...nodes].reverse();
  for (let node = open.at(-1); node !== undefined; node = open.at(-1)) {
    const inputs = entered.has(node.name) ? [] : (node.input ?? []);
    entered.add(node.name);
    const before = inputs
      .map((input) => byName.get(input.replace(/^\^/, '').replace(/:\d+$/, '')))
      .filter((source) => source !== undefined && !entered.has(source.name));
    if (before.length === 0) {
      order.add(node.name);
      open.pop();
    } else open.push(...(before.reverse() as GraphNode[]));
  }
  return [...order];
}

/** Paths of the layers that a topology lists, those of a nested model behind its own. */
function layersIn(part: unknown, path: string): string[] {
  if (typeof part !== 'object' || part === null) return [];
  const { config, model_config: whole } = part as {
    readonly config?: unknown;
    readonly model_config?: unknown;
  };
  if (whole !== undefined) return layersIn(whole, path);
  const layers = Array.isArray(config)
    ? config
    : (config as { readonly layers?: unknown } | undefined)?.layers;
  if (!Array.isArray(layers)) return [];
  return layers.flatMap(
    (layer: { readonly name?: unknown; readonly config?: { readonly name?: unknown } }) => {
      const name = `${path}${layer.name ?? layer.config?.name ?? ''}`;
      return [name, ...layersIn(layer, `${name}/`)];
    },
  );
}
