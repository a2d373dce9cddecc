import {
  lastAxisRows,
  type Part,
  type PartSource,
  shapeOf,
  sizeOf,
  stridedRows,
  wholeProduct,
} from './part.js';

/** A dense layer: inputs of any rank, multiplied along their last axis. A graph may have the kernel the other way round. */
export function densePart({ name, weights, config }: PartSource): Part {
  const shape = shapeOf(weights, 'kernel') as [number, number];
  const turned = config.transposed === true;
  const [features, rows] = turned ? [shape[1], shape[0]] : shape;
  const block = turned
    ? { role: 'kernel', features, at: (row: number, feature: number) => row * features + feature }
    : lastAxisRows('kernel', features, rows);
  return {
    name,
    weights,
    turns: [[wholeProduct(rows, turned ? 0 : 1, [block], weights)]],
    samples: ([input]) => sizeOf(input!) / features,
    columns: (_, [input], most) => [stridedRows(input!.values, features, most)],
  };
}
