import { readAttribute } from '../graph-model/attributes.js';
import { type Endpoint, showEndpoint } from '../graph-model/endpoint.js';
import type { Graph, GraphNode } from '../graph-model/graph-model.js';
import type { TfjsProduct } from './product.js';

const KINDS: Readonly<Record<string, TfjsProduct['kind']>> = {
  MatMul: 'dense',
  _FusedMatMul: 'dense',
  BatchMatMul: 'dense',
  BatchMatMulV2: 'dense',
  Conv2D: 'convolution',
  _FusedConv2D: 'convolution',
  Conv3D: 'convolution',
  DepthwiseConv2d: 'depthwise',
  DepthwiseConv2dNative: 'depthwise',
  FusedDepthwiseConv2dNative: 'depthwise',
};

/** Nodes that give what they are given. */
const SAME: ReadonlySet<string> = new Set(['Identity', 'StopGradient', 'Snapshot']);

/** What is known of the weights and the readers of a graph. */
export interface ProductContext {
  readonly graph: Graph;
  /** Shapes of float32 weights that are not fixed in a form that cannot be written. */
  readonly shapes: ReadonlyMap<string, readonly number[]>;
  /** How often a node is read, as an output of the graph too. */
  readonly readers: ReadonlyMap<string, readonly GraphNode[]>;
}

/** What a node multiplies with what, where it is a product with a weight that can be followed. */
export function readProduct(
  node: GraphNode,
  { graph, shapes, readers }: ProductContext,
): Omit<TfjsProduct, 'from'> | undefined {
  const kind = Object.hasOwn(KINDS, node.op) ? KINDS[node.op]! : undefined;
  const [input, second] = node.inputs;
  if (kind === undefined || input === undefined || second === undefined) return undefined;
  const weight = constantOf(graph, second);
  const shape = weight === undefined ? undefined : shapes.get(weight);
  if (weight === undefined || shape === undefined || constantOf(graph, input) !== undefined) return undefined;
  const on = (...names: readonly string[]) => names.some((name) => readAttribute(node.json, name) === true);
  if (on('transpose_a', 'adj_x', 'transposeA')) return undefined;
  if (kind === 'dense' && shape.length !== 2) return undefined;
  const transposed = on('transpose_b', 'adj_y', 'transposeB');
  const rows =
    kind === 'dense' ? shape[transposed ? 0 : 1]! : kind === 'depthwise' ? lastTwo(shape) : shape.at(-1)!;
  const bias = biasOf(node, rows, { graph, shapes, readers });
  const window = kind === 'dense' ? DENSE : windowOf(node, shape.length - 2);
  if (window === undefined) return undefined;
  return {
    node: node.name,
    kind,
    weight,
    shape,
    ...(bias === undefined ? {} : { bias }),
    input: showEndpoint(input),
    transposed,
    ...window,
  };
}

const DENSE = { strides: [], dilations: [], padding: 'valid', channels: 'last' } as const;

const lastTwo = (shape: readonly number[]): number => shape.at(-1)! * shape.at(-2)!;

/** The name of the weight that an endpoint is, behind nodes that change nothing. */
function constantOf({ byName }: Graph, { node: name }: Endpoint): string | undefined {
  let node = byName.get(name);
  while (node !== undefined && SAME.has(node.op) && node.inputs.length === 1)
    node = byName.get(node.inputs[0]!.node);
  return node?.op === 'Const' ? node.name : undefined;
}

function windowOf(
  { json }: GraphNode,
  axes: number,
): Pick<TfjsProduct, 'strides' | 'dilations' | 'padding' | 'channels'> | undefined {
  const format = readAttribute(json, 'data_format');
  const first = typeof format === 'string' && format.startsWith('NC');
  const along = (key: string): number[] => {
    const list = readAttribute(json, key);
    const numbers = Array.isArray(list) ? (list as readonly number[]) : [];
    return Array.from({ length: axes }, (_, i) => numbers[i + (first ? 2 : 1)] ?? 1);
  };
  const padding = String(readAttribute(json, 'padding') ?? 'VALID').toLowerCase();
  const zeros = readAttribute(json, 'explicit_paddings');
  const explicit = Array.isArray(zeros) ? (zeros as readonly number[]) : [];
  const side = (behind: number): number[] =>
    Array.from({ length: axes }, (_, i) => explicit[2 * (i + (first ? 2 : 1)) + behind] ?? 0);
  if (!['same', 'valid', 'explicit'].includes(padding)) return undefined;
  return {
    strides: along('strides'),
    dilations: along('dilations'),
    padding: padding === 'explicit' ? [...side(0), ...side(1)] : (padding as 'same' | 'valid'),
    channels: first ? 'first' : 'last',
  };
}

/** The weight that is added to what a node gives: fused into it, or by the only node that reads it. */
function biasOf(
  node: GraphNode,
  rows: number,
  { graph, shapes, readers }: ProductContext,
): string | undefined {
  const fits = (name: string | undefined): name is string => {
    const shape = name === undefined ? undefined : shapes.get(name);
    return (
      shape !== undefined &&
      shape.at(-1) === rows &&
      shape.every((edge, i) => edge === 1 || i === shape.length - 1)
    );
  };
  const fused = readAttribute(node.json, 'fused_ops');
  if (Array.isArray(fused) && fused.length > 0) {
    const name =
      fused[0] === 'BiasAdd' && node.inputs[2] !== undefined ? constantOf(graph, node.inputs[2]) : undefined;
    return fits(name) ? name : undefined;
  }
  const [reader, ...others] = readers.get(node.name) ?? [];
  if (reader === undefined || others.length > 0 || !/^(BiasAdd(V1)?|Add(V2)?)$/.test(reader.op))
    return undefined;
  const format = readAttribute(node.json, 'data_format');
  if (typeof format === 'string' && format.startsWith('NC')) return undefined;
  const [name] = reader.inputs.flatMap((input) => constantOf(graph, input) ?? []);
  return fits(name) ? name : undefined;
}
