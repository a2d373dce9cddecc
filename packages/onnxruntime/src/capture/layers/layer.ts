import type { NodeProto } from '@synaprune/onnx';

/** A value of one sample: its elements and shape. */
export interface Sampled {
  readonly data: Float32Array;
  readonly dims: readonly number[];
}

/** A tensor that shifts what a layer gives, by output. */
export interface LayerBias {
  /** The name that nodes read it under. */
  readonly tensor: string;
  /** By what a shift of the layer's output is multiplied to become one of the tensor. */
  readonly factor: number;
  /** Where the shift of a row lies in it. */
  indexOf(part: number, row: number): number;
}

/**
 * A weight as matrices `[rows, features]`, one a part: the groups of a convolution, the directions of a recurrent
 * layer. What a part gives is its matrix times the columns that it reads.
 */
export interface Layer {
  /** The name of the weight in its graph, as nodes read it. */
  readonly tensor: string;
  readonly node: NodeProto;
  readonly parts: number;
  readonly rows: number;
  readonly features: number;
  /** The value that the columns are made of; or the node's hidden states, with what they stand in for. */
  readonly reads: { readonly value: string } | { readonly hidden: true };
  /** Rows whose refit its inputs do not allow: they are only masked. */
  readonly unfitted?: (row: number) => boolean;
  readonly bias?: LayerBias;
  /** Where an element of a part's matrix lies in the weight, row-major. */
  indexOf(part: number, row: number, feature: number): number;
  /** How many columns a sample has. */
  countOf(dims: readonly number[]): number;
  /** Of every part, at most so many columns of a sample, evenly strided: `[columns, features]`, row-major. */
  columnsOf(sample: Sampled, most: number): readonly Float32Array[];
}

/** Why a weight is left as it is. */
export interface Unfit {
  readonly why: string;
}

/** The matrix of a part. */
export function matrixOf(layer: Layer, weight: Float32Array, part: number): Float32Array {
  const { rows, features } = layer;
  const matrix = new Float32Array(rows * features);
  for (let row = 0; row < rows; row += 1) {
    for (let feature = 0; feature < features; feature += 1) {
      matrix[row * features + feature] = weight[layer.indexOf(part, row, feature)]!;
    }
  }
  return matrix;
}

/** Puts the matrix of a part where it belongs. */
export function putMatrix(layer: Layer, weight: Float32Array, part: number, matrix: Float32Array): void {
  const { rows, features } = layer;
  for (let row = 0; row < rows; row += 1) {
    for (let feature = 0; feature < features; feature += 1) {
      weight[layer.indexOf(part, row, feature)] = matrix[row * features + feature]!;
    }
  }
}

/** So many of `count` places, evenly strided. */
export function placesOf(count: number, most: number): number[] {
  const taken = Math.min(count, most);
  return Array.from({ length: taken }, (_, i) => Math.floor((i * count) / taken));
}
