import type { TfjsArtifacts } from '../artifacts/artifacts.js';
import { badModel } from '../artifacts/bad-model.js';
import { openArtifacts } from '../artifacts/open-artifacts.js';
import { parseEndpoint, showEndpoint } from '../graph-model/endpoint.js';
import { type Graph, type GraphNode, readGraphModel } from '../graph-model/graph-model.js';
import { inOrder } from '../graph-model/node-order.js';
import type { TfjsProduct } from './product.js';
import { readProduct } from './read-product.js';

/**
 * The nodes of a graph model that multiply what they are fed with a weight of theirs alone, each behind those that it is
 * fed by: dense products, convolutions and depthwise convolutions of the model's own graph. What they are fed can be had by
 * `model.execute(feeds, product.input)`, from the inputs of the model or from those of products before (`from`).
 *
 * @throws TypeError when `artifacts` is no such value
 * @throws PruneError `bad-model` when it is broken, or no graph model; `external-data` when the artifacts come without
 *   weights
 *
 * @example
 * ```ts
 * import { tfjsProducts } from '@synaprune/tfjs-files';
 *
 * const model = {
 *   format: 'graph-model',
 *   modelTopology: {
 *     node: [
 *       { name: 'x', op: 'Placeholder' },
 *       { name: 'w', op: 'Const' },
 *       { name: 'y', op: 'MatMul', input: ['x', 'w'] },
 *     ],
 *   },
 *   weightSpecs: [{ name: 'w', shape: [2, 3], dtype: 'float32' as const }],
 *   weightData: new ArrayBuffer(24),
 * };
 * console.log(tfjsProducts(model).map(({ node, weight, input }) => [node, weight, input])); // [ [ 'y', 'w', 'x' ] ]
 * ```
 */
export function tfjsProducts(artifacts: TfjsArtifacts): readonly TfjsProduct[] {
  const opened = openArtifacts('tfjsProducts', artifacts);
  if (opened.kind !== 'graph')
    throw badModel('tfjsProducts needs a graph model, got a model of layers or weights');
  const { main } = readGraphModel(artifacts);
  const floats = opened.weights.filter(({ dtype, group }) => dtype === 'float32' && group !== 'optimizer');
  const shapes = new Map(floats.map(({ name, shape }) => [name, shape]));
  const readers = readersOf(main);
  const found = inOrder(main).flatMap((node) => readProduct(node, { graph: main, shapes, readers }) ?? []);
  const uses = new Map<string, number>();
  for (const name of found.flatMap(({ weight, bias }) => (bias === undefined ? [weight] : [weight, bias]))) {
    uses.set(name, (uses.get(name) ?? 0) + 1);
  }
  const known = new Set<string>(main.inputs);
  return found.flatMap(({ bias, ...product }): TfjsProduct[] => {
    if (uses.get(product.weight)! > 1) return [];
    const from = sourcesOf(main, product.input, known);
    known.add(product.input);
    const own = bias === undefined || uses.get(bias)! > 1 ? {} : { bias };
    return [{ ...product, ...own, from }];
  });
}

/** The nodes that read each node; the graph's outputs count as reading themselves. */
function readersOf({ nodes, outputs, byName }: Graph): Map<string, GraphNode[]> {
  const readers = new Map<string, GraphNode[]>();
  const add = (name: string, reader: GraphNode) => {
    const own = readers.get(name);
    if (own === undefined) readers.set(name, [reader]);
    else own.push(reader);
  };
  for (const node of nodes) for (const input of node.inputs) add(input.node, node);
  for (const { node } of outputs) {
    const own = byName.get(node);
    if (own !== undefined) add(node, own);
  }
  return readers;
}

/** The values among the known ones that another is computed from, when one goes back no further than them. */
function sourcesOf({ byName }: Graph, wanted: string, known: ReadonlySet<string>): string[] {
  const found = new Set<string>();
  const seen = new Set<string>();
  const open = [wanted];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (seen.has(name)) continue;
    seen.add(name);
    if (known.has(name)) {
      found.add(name);
      continue;
    }
    for (const input of byName.get(parseEndpoint(name).node)?.inputs ?? []) open.push(showEndpoint(input));
  }
  return [...found];
}
