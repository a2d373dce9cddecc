import type { TfjsProduct } from '@synaprune/tfjs-files';
import * as tf from '@tensorflow/tfjs-core';
import { executeGraph, inputsOf, type RunnableGraph } from '../../comparing/answer.js';
import type { BatchTensors } from '../../inputs/model-batches.js';

/** What the products of a graph model are fed, computed one after the other. */
export interface GraphValues {
  /** What a product is fed, of each batch. Products are asked for in their order. */
  inputOf(index: number): Promise<readonly tf.Tensor[]>;
  /** Lets go of what no product behind this one needs. */
  done(index: number): void;
  dispose(): void;
}

/**
 * Values of a graph model, of several batches.
 *
 * @param replaced constants that stand in the place of the model's own, by the names of their nodes; it may change between
 *   one product and the next
 */
export function createGraphValues(
  model: RunnableGraph,
  products: readonly TfjsProduct[],
  batches: readonly BatchTensors[],
  replaced: ReadonlyMap<string, tf.Tensor>,
): GraphValues {
  const own = new Set(inputsOf(model).map(({ name }) => name));
  const values = new Map<string, readonly tf.Tensor[]>(
    [...own].map((name, i) => [name, batches.map((batch) => batch[i]!)]),
  );
  const last = new Map<string, number>();
  for (const [i, { input, from }] of products.entries())
    for (const name of [input, ...from]) last.set(name, i);
  const release = (name: string): void => {
    if (!own.has(name)) tf.dispose([...(values.get(name) ?? [])]);
    values.delete(name);
  };
  return {
    async inputOf(index) {
      const { input, from } = products[index]!;
      const known = values.get(input);
      if (known !== undefined) return known;
      const made: tf.Tensor[] = [];
      values.set(input, made);
      for (let batch = 0; batch < batches.length; batch += 1) {
        const feeds = Object.fromEntries([
          ...replaced,
          ...from.map((name) => [name, values.get(name)![batch]!] as const),
        ]);
        made.push(...(await executeGraph(model, feeds, [input])));
      }
      return made;
    },
    done(index) {
      for (const [name, at] of last) if (at === index) release(name);
    },
    dispose() {
      for (const name of [...values.keys()]) release(name);
    },
  };
}
