import type { Notice } from '@synaprune/core';
import type { TfjsProduct } from '@synaprune/tfjs-files';
import * as tf from '@tensorflow/tfjs-core';
import type { RunnableGraph } from '../../comparing/answer.js';
import type { BatchTensors } from '../../inputs/model-batches.js';
import type { Part } from '../parts/part.js';
import type { KeptRows } from '../refitting/kept-rows.js';
import type { PartWeights } from '../refitting/part-weights.js';
import type { ModelRefit, RefittedPart } from '../refitting/refit-model.js';
import { type RefitPlan, solvePart } from '../refitting/solve-part.js';
import { graphPart } from './graph-parts.js';
import { createGraphValues } from './graph-values.js';

/** What a refit of a graph model is of. */
export interface GraphWork {
  readonly dense: RunnableGraph;
  /** Not written to. */
  readonly pruned: RunnableGraph;
  /** The products of either, by the same nodes in the same order. */
  readonly products: { readonly dense: readonly TfjsProduct[]; readonly pruned: readonly TfjsProduct[] };
  readonly batches: readonly BatchTensors[];
  readonly plan: RefitPlan;
  readonly kept: KeptRows;
  readonly most: number;
  readonly onLayer: (name: string, done: number, total: number) => void;
}

/** What became of a graph's weights. */
export interface GraphRefit extends ModelRefit {
  /** New values of the weights that changed, by name. */
  readonly values: Readonly<Record<string, Float32Array>>;
}

/**
 * Masks and refits the products of a graph model, one after the other, each on what those before it give once they are
 * pruned. Values between products are computed once, from those of the products before.
 *
 * @throws PruneError `not-finite`
 */
export async function refitGraph(work: GraphWork): Promise<GraphRefit> {
  const { dense, pruned, products, batches, plan, kept, most } = work;
  const replaced = new Map<string, tf.Tensor>();
  const written: Record<string, Float32Array> = {};
  const looks = {
    dense: createGraphValues(dense, products.dense, batches, new Map()),
    pruned: createGraphValues(pruned, products.pruned, batches, replaced),
  };
  const parts: RefittedPart[] = [];
  const notices: Notice[] = [];
  try {
    for (const [i, product] of products.pruned.entries()) {
      plan.signal?.throwIfAborted();
      const pair = { dense: partOf(products.dense[i]!, dense), pruned: partOf(product, pruned) };
      if (
        plan.sparsityOf(product.weight) !== undefined &&
        pair.dense &&
        pair.pruned &&
        product.from.length > 0
      ) {
        const wanted = await looks.dense.inputOf(i);
        const own = await looks.pruned.inputOf(i);
        const look = () =>
          own.map((tensor, batch) => ({ dense: [wanted[batch]!.clone()], pruned: [tensor.clone()] }));
        const weights = {
          dense: await openWeights(pair.dense, dense),
          pruned: await openWeights(pair.pruned, pruned, (name, values) => {
            written[name] = values;
            replaced.get(name)?.dispose();
            replaced.set(name, tf.tensor(values.slice(), pruned.weights[name]![0]!.shape));
          }),
        };
        const { error, notices: told } = await solvePart(
          { dense: pair.dense, pruned: pair.pruned },
          { look, most, weights, kept },
          plan,
        );
        const names = [...pair.pruned.weights.values()].map(({ originalName }) => originalName);
        parts.push({ name: product.node, weights: names, ...(error === undefined ? {} : { error }) });
        notices.push(...told);
      } else {
        // What comes behind is computed from it.
        await looks.dense.inputOf(i);
        await looks.pruned.inputOf(i);
      }
      looks.dense.done(i);
      looks.pruned.done(i);
      work.onLayer(product.node, i + 1, products.pruned.length);
    }
    return { parts, notices, values: written };
  } finally {
    looks.dense.dispose();
    looks.pruned.dispose();
    tf.dispose([...replaced.values()]);
  }
}

function partOf(product: TfjsProduct, { weights }: RunnableGraph): Part | undefined {
  return graphPart(product, product.bias === undefined ? undefined : weights[product.bias]?.[0]?.size);
}

/** The weights of a part, read from a graph model; `write` tells what they are from now on. */
async function openWeights(
  { weights }: Part,
  model: RunnableGraph,
  onWrite: (name: string, values: Float32Array) => void = () => {},
): Promise<PartWeights> {
  const values = new Map<string, { readonly name: string; readonly numbers: Float32Array }>();
  for (const [role, { originalName: name }] of weights) {
    values.set(role, {
      name,
      numbers: Float32Array.from((await model.weights[name]![0]!.data()) as Float32Array),
    });
  }
  return {
    read: (role) => values.get(role)!.numbers,
    write() {
      for (const { name, numbers } of values.values()) onWrite(name, numbers);
    },
  };
}
