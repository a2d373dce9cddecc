import {
  create,
  decodeModel,
  type ModelProto,
  type NodeProto,
  tensorToFloat32,
  ValueInfoProtoSchema,
} from '@synaprune/onnx';
import { listAt, readAttributes } from '@synaprune/onnx/graph';
import { columnsOfConvolution } from '@synaprune/refit';

/** A weight as the matrix that published methods speak of. */
export interface MatrixLayer {
  readonly name: string;
  /** The value that the layer reads. */
  readonly reads: string;
  readonly rows: number;
  readonly features: number;
  /** The dense weight, `[rows, features]`. */
  readonly matrix: Float32Array;
  /** Elements as the file has them, of a matrix. */
  toFile(matrix: Float32Array): Float32Array;
  /** What its weights are multiplied with, `[samples, features]`: at most so many samples, evenly strided. */
  columns(data: Float32Array, dims: readonly number[], samples: number): Float32Array;
}

/** A model whose constants are all initializers. */
export function decodeWithInitializers(bytes: Uint8Array): ModelProto {
  const model = decodeModel(bytes);
  const graph = model.graph!;
  graph.node = graph.node.filter(({ opType, attribute, output }) => {
    const tensor = opType === 'Constant' ? attribute[0]?.t : undefined;
    if (tensor === undefined) return true;
    graph.initializer.push({ ...tensor, name: output[0]! });
    return false;
  });
  return model;
}

/** The convolutions (of one group) and products of a model that have these weights, in the order that they run in. */
export function layersOf({ graph }: ModelProto, weights: readonly string[]): MatrixLayer[] {
  const tensors = new Map(graph!.initializer.map((tensor) => [tensor.name, tensor]));
  return graph!.node.flatMap((node) => {
    const name = node.input[1];
    if (name === undefined || !weights.includes(name)) return [];
    const tensor = tensors.get(name)!;
    const values = tensorToFloat32(tensor);
    const shape = tensor.dims.map(Number);
    if (node.opType === 'Conv') return [convolution(node, name, values, shape)];
    if (node.opType === 'MatMul') return [product(node, name, values, shape)];
    throw new Error(`the bench takes convolutions and products, and ${name} is of ${node.opType}`);
  });
}

function convolution(
  { input, attribute }: NodeProto,
  name: string,
  matrix: Float32Array,
  shape: number[],
): MatrixLayer {
  const attributes = readAttributes(attribute);
  const kernel = shape.slice(2);
  const [strides, dilations, pads] = ['strides', 'dilations', 'pads'].map((key) => listAt(attributes, key));
  return {
    name,
    reads: input[0]!,
    rows: shape[0]!,
    features: matrix.length / shape[0]!,
    matrix,
    toFile: (changed) => changed,
    columns: (data, dims, samples) =>
      columnsOfConvolution({
        input: data,
        shape: dims,
        kernel,
        positions: samples,
        ...(strides && { strides }),
        ...(dilations && { dilations }),
        ...(pads && { pads }),
      }).columns,
  };
}

function product({ input }: NodeProto, name: string, values: Float32Array, shape: number[]): MatrixLayer {
  const [features, rows] = shape as [number, number];
  return {
    name,
    reads: input[0]!,
    rows,
    features,
    matrix: turned(values, features, rows),
    toFile: (changed) => turned(changed, rows, features),
    columns(data, _dims, samples) {
      const all = data.length / features;
      const count = Math.min(all, samples);
      const columns = new Float32Array(count * features);
      for (let i = 0; i < count; i += 1) {
        const from = features * Math.floor((i * all) / count);
        columns.set(data.subarray(from, from + features), i * features);
      }
      return columns;
    },
  };
}

/** A matrix `[rows, columns]` as `[columns, rows]`. */
function turned(matrix: Float32Array, rows: number, columns: number): Float32Array {
  return Float32Array.from(matrix, (_, i) => matrix[(i % rows) * columns + Math.floor(i / rows)]!);
}

/** The same model with what a value needs, and that value as its only output. */
export function upTo({ graph, ...model }: ModelProto, value: string): ModelProto {
  const needed = new Set([value]);
  const nodes = graph!.node.toReversed().filter((node) => {
    if (!node.output.some((name) => needed.has(name))) return false;
    for (const name of node.input) needed.add(name);
    return true;
  });
  return {
    ...model,
    graph: {
      ...graph!,
      node: nodes.toReversed(),
      initializer: graph!.initializer.filter(({ name }) => needed.has(name)),
      output: [create(ValueInfoProtoSchema, { name: value })],
      valueInfo: [],
    },
  };
}
