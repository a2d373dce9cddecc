import type { CompressedLayer } from '@synaprune/refit';
import type * as tf from '@tensorflow/tfjs-core';
import type { RefittedPart } from './refitting/refit-model.js';

/** A weight, by the name it is saved under. */
export interface NamedTensor {
  readonly name: string;
  readonly tensor: tf.Tensor;
}

/**
 * What is left of a model's weights that were pruned, cut or refitted.
 *
 * @param cut names of weights that were pruned, or became smaller
 */
export async function listLayers(
  weights: readonly NamedTensor[],
  parts: readonly RefittedPart[],
  cut: ReadonlySet<string>,
): Promise<CompressedLayer[]> {
  const errorOf = new Map(
    parts.flatMap(({ weights, error }) => weights.map((name) => [name, error] as const)),
  );
  const layers: CompressedLayer[] = [];
  for (const { name, tensor } of weights) {
    if (tensor.rank < 2 || !(errorOf.has(name) || cut.has(name))) continue;
    const values = (await tensor.data()) as Float32Array;
    const kept = values.reduce((sum, value) => sum + Number(value !== 0), 0);
    layers.push({ name, shape: [...tensor.shape], elements: tensor.size, kept, error: errorOf.get(name) });
  }
  return layers;
}
