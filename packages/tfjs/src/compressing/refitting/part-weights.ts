import * as tf from '@tensorflow/tfjs-core';
import type { LayerVariable, layers } from '@tensorflow/tfjs-layers';
import { roleOf } from '../../model/role-of.js';
import { variableOf } from '../../model/trained-weights.js';
import type { Block, Product } from '../parts/part.js';

/** The values of a part's weights, in main memory. */
export interface PartWeights {
  read(role: string): Float32Array;
  /** Writes what changed back where it lies. */
  write(): void;
}

/** Reads all weights of a layer or cell. What `read` gives may be written to, for `write`. */
export async function readWeights(layer: layers.Layer): Promise<PartWeights> {
  const weights = layer.weights.map((weight) => [roleOf(weight.originalName), weight] as const);
  const values = new Map<string, Float32Array>();
  for (const [role, weight] of weights) values.set(role, await valuesOf(weight));
  return {
    read: (role) => values.get(role)!,
    write() {
      tf.tidy(() => {
        for (const [role, weight] of weights) {
          const variable = variableOf(weight);
          variable.assign(tf.tensor(values.get(role)!.slice(), variable.shape));
        }
      });
    },
  };
}

async function valuesOf(weight: LayerVariable): Promise<Float32Array> {
  return Float32Array.from((await variableOf(weight).data()) as Float32Array);
}

/** Features of a product, all its blocks together. */
export function featuresOf({ blocks }: Product): number {
  return blocks.reduce((sum, { features }) => sum + features, 0);
}

/** Walks the elements of a product: its row, its feature among those of all blocks, and where it lies. */
function walk(
  { rows, blocks }: Product,
  visit: (row: number, feature: number, role: string, at: number) => void,
): void {
  let before = 0;
  for (const { role, features, at } of blocks) {
    for (let row = 0; row < rows; row += 1) {
      for (let feature = 0; feature < features; feature += 1) {
        visit(row, before + feature, role, at(row, feature));
      }
    }
    before += features;
  }
}

/** A product's matrix, `[rows, features]`. */
export function matrixOf(product: Product, weights: PartWeights): Float32Array {
  const features = featuresOf(product);
  const matrix = new Float32Array(product.rows * features);
  walk(product, (row, feature, role, at) => {
    matrix[row * features + feature] = weights.read(role)[at]!;
  });
  return matrix;
}

/** Puts a product's matrix into the weights that it is of. */
export function putMatrix(product: Product, matrix: Float32Array, weights: PartWeights): void {
  const features = featuresOf(product);
  walk(product, (row, feature, role, at) => {
    weights.read(role)[at] = matrix[row * features + feature]!;
  });
}

/** One block of a product's matrix, `[rows, features of the block]`. */
export function blockOf(
  { rows }: Product,
  { role, features, at }: Block,
  weights: PartWeights,
): Float32Array {
  const values = weights.read(role);
  const matrix = new Float32Array(rows * features);
  for (let row = 0; row < rows; row += 1) {
    for (let feature = 0; feature < features; feature += 1) {
      matrix[row * features + feature] = values[at(row, feature)]!;
    }
  }
  return matrix;
}
