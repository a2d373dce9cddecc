import { createMoments, type Moments } from '@synaprune/refit';
import * as tf from '@tensorflow/tfjs-core';
import { type HostTensor, type Product, toHost } from '../parts/part.js';
import { outputsOf } from './dense-outputs.js';
import type { KeptRows } from './kept-rows.js';
import type { PartPair } from './part-pair.js';
import { featuresOf, matrixOf, type PartWeights } from './part-weights.js';

/** What a part is fed at one time, in both models. They are disposed of by whoever asked. */
export interface Seen {
  readonly dense: readonly tf.Tensor[];
  readonly pruned: readonly tf.Tensor[];
}

/** What there is to see of a part's inputs. */
export interface Sight {
  /** Looks at all that the part is fed, by the weights of now. */
  look(): readonly Seen[];
  /** Samples that a product is refitted on, at most. */
  readonly most: number;
  readonly weights: { readonly dense: PartWeights; readonly pruned: PartWeights };
  readonly kept: KeptRows;
}

/**
 * Sums over what a part is fed in the pruned model, and what the dense one gives there: one for each product of a turn.
 * Biases are not in it: a constant of the refit is what is to be added to one.
 */
export async function gatherMoments(pair: PartPair, turn: number, sight: Sight): Promise<Moments[]> {
  const products = pair.pruned.turns[turn]!;
  const builders = products.map((product) =>
    createMoments({
      features: featuresOf(product),
      denseFeatures: product.rows,
      dense: 'outputs',
      constant: product.bias !== undefined,
    }),
  );
  const targets = products.map((_, i) => targetOf(pair, turn, i, sight));
  const seen = sight.look();
  try {
    const total = seen.reduce((sum, { pruned }) => sum + countOf(pair, pruned), 0);
    for (const { dense, pruned } of seen) {
      const count = countOf(pair, pruned);
      const most = Math.max(1, Math.min(count, Math.round((count * sight.most) / total)));
      const inputs = await readAll(pruned);
      const own = pair.pruned.columns(turn, inputs, most, sight.weights.pruned.read);
      const others = await readAll(dense);
      const wanted = pair.dense.columns(turn, others, most, sight.weights.dense.read);
      for (const [i, builder] of builders.entries()) {
        const { product, matrix, rows } = targets[i]!;
        builder.add(own[i]!, await outputsOf(wanted[product]!, matrix, rows));
      }
    }
    return builders.map((builder) => builder.finish());
  } finally {
    for (const builder of builders) builder.dispose();
    tf.dispose(seen.flatMap(({ dense, pruned }) => [...dense, ...pruned]));
  }
}

interface Target {
  /** Which product of the dense part. */
  readonly product: number;
  readonly rows: number;
  /** The rows of the dense matrix that are left. */
  readonly matrix: Float32Array;
}

/** What a product of the pruned part is to give: of the dense part's product the rows that are left. */
function targetOf(pair: PartPair, turn: number, at: number, { weights, kept }: Sight): Target {
  const own = pair.pruned.turns[turn]![at]!;
  const product = kept.product(pair, turn, at);
  const dense = pair.dense.turns[turn]![product]!;
  const rows = kept.rows(pair, own, dense);
  const all = matrixOf(dense, weights.dense);
  const features = featuresOf(dense);
  const matrix = new Float32Array(rows.length * features);
  for (const [i, row] of rows.entries()) {
    matrix.set(all.subarray(row * features, (row + 1) * features), i * features);
  }
  return { product, rows: rows.length, matrix };
}

const countOf = ({ pruned }: PartPair, tensors: readonly tf.Tensor[]): number =>
  pruned.samples(tensors.map(({ shape }) => shape));

const readAll = (tensors: readonly tf.Tensor[]): Promise<HostTensor[]> => Promise.all(tensors.map(toHost));

/** The moments of one of a product's blocks, by itself. */
export function momentsOfBlock(moments: Moments, { blocks }: Product, index: number): Moments {
  if (blocks.length === 1) return moments;
  const before = blocks.slice(0, index).reduce((sum, { features }) => sum + features, 0);
  const { features } = blocks[index]!;
  const { size, denseFeatures } = moments;
  const gram = new Float64Array(features ** 2);
  const cross = new Float64Array(features * denseFeatures);
  for (let i = 0; i < features; i += 1) {
    const row = (before + i) * size + before;
    gram.set(moments.gram.subarray(row, row + features), i * features);
    const from = (before + i) * denseFeatures;
    cross.set(moments.cross.subarray(from, from + denseFeatures), i * denseFeatures);
  }
  return { ...moments, features, size: features, constant: false, gram, cross };
}
