import {
  lastAxisRows,
  type Part,
  type PartSource,
  shapeOf,
  sizeOf,
  stridedRows,
  wholeProduct,
} from './part.js';

/** A dense layer: inputs of any rank, multiplied along their last axis. */
export function densePart({ name, weights }: PartSource): Part {
  const [features, rows] = shapeOf(weights, 'kernel') as [number, number];
  return {
    name,
    weights,
    turns: [[wholeProduct(rows, 1, [lastAxisRows('kernel', features, rows)], weights)]],
    samples: ([shape]) => sizeOf(shape!) / features,
    columns: (_, [input], most) => [stridedRows(input!.values, features, most)],
  };
}
