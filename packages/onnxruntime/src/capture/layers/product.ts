import type { NodeProto } from '@synaprune/onnx';
import { numberAt, readAttributes } from '@synaprune/onnx/graph';
import { type Layer, type LayerBias, placesOf, type Unfit } from './layer.js';

/** How a weight stands in a product of matrices. */
interface Product {
  readonly tensor: string;
  readonly node: NodeProto;
  /** The input that it is, 0 or 1. */
  readonly at: number;
  readonly shape: readonly number[];
  /** Whether it is turned on its way, before what the node says of that. */
  readonly turned: boolean;
  /** Whether the node turns its left and its right factor. */
  readonly turns: readonly [boolean, boolean];
  /** What the node multiplies the product by. */
  readonly scale: number;
  readonly bias: LayerBias | undefined;
}

/**
 * `MatMul`, `Gemm` and what is made of them, with the weight on either side. Of more than two axes, those in front are
 * matrices of their own, which meet those of the value.
 */
export function productLayer(product: Product): Layer | Unfit {
  const { tensor, node, at, shape, turned, turns, scale, bias } = product;
  const right = at === 1;
  const front = shape.slice(0, -2);
  const [height, width] = shape.slice(-2) as [number, number];
  // As the product sees it: [features, rows] on the right, [rows, features] on the left.
  const flipped = turned !== turns[at]!;
  const stored = flipped ? [width, height] : [height, width];
  const [features, rows] = (right ? stored : stored.toReversed()) as [number, number];
  const parts = front.reduce((all, edge) => all * edge, 1);
  // In the file a feature's place is its row where the weight stands right and is not turned, or left and is.
  const featureFirst = right !== flipped;
  const turnsValue = turns[1 - at]!;
  const value = node.input[1 - at]!;
  if (value === undefined || value === '') return { why: `${node.opType} has no other factor` };
  // Columns of the value lie along its last axis where the weight stands right, along the one before where left.
  const lastIsFeature = right !== turnsValue;
  const matrices = (dims: readonly number[]) => dims.slice(0, -2).reduce((all, edge) => all * edge, 1);
  const perMatrix = (dims: readonly number[]) => (lastIsFeature ? dims.at(-2) : dims.at(-1)) ?? 1;
  // A vector is a matrix of one row on the left, of one column on the right.
  const atLeastMatrix = (dims: readonly number[]) =>
    dims.length > 1 ? dims : right ? [1, ...dims] : [...dims, 1];
  const countOf = (given: readonly number[]) => {
    const dims = atLeastMatrix(given);
    const met = dims.slice(0, -2).slice(-front.length);
    if (parts === 1) return matrices(dims) * perMatrix(dims);
    if (matrices(dims) === 1) return perMatrix(dims);
    // Matrices that meet others than their own are not told apart.
    return String(met) === String(front) ? (matrices(dims) * perMatrix(dims)) / parts : 0;
  };
  return {
    tensor,
    node,
    parts,
    rows,
    features,
    reads: { value },
    ...(bias === undefined ? {} : { bias }),
    indexOf: (part, row, feature) =>
      part * rows * features + (featureFirst ? feature * rows + row : row * features + feature),
    countOf,
    columnsOf({ data, dims: given }, most) {
      const dims = atLeastMatrix(given);
      const each = perMatrix(dims);
      const shared = matrices(dims) === 1;
      const places = placesOf(countOf(dims), most);
      const size = each * features;
      return Array.from({ length: parts }, (_, part) => {
        const columns = new Float32Array(places.length * features);
        places.forEach((place, sample) => {
          const matrix = shared ? 0 : Math.floor(place / each) * parts + part;
          const within = place % each;
          const from = matrix * size + (lastIsFeature ? within * features : within);
          const step = lastIsFeature ? 1 : each;
          for (let i = 0; i < features; i += 1) {
            columns[sample * features + i] = scale * data[from + i * step]!;
          }
        });
        return columns;
      });
    },
  };
}

/** Whether a node turns its factors. */
export function turnsOf({ attribute }: NodeProto): readonly [boolean, boolean] {
  const attributes = readAttributes(attribute);
  return [numberAt(attributes, 'transA', 0) !== 0, numberAt(attributes, 'transB', 0) !== 0];
}

/** What a node multiplies its product by. */
export function scaleOf({ attribute }: NodeProto): number {
  return numberAt(readAttributes(attribute), 'alpha', 1);
}
