import type { CompressedLayer, CompressReport } from '@synaprune/refit';
import type * as tf from '@tensorflow/tfjs-core';
import type { RefittedPart } from './refitting/refit-model.js';

/** A weight, by the name it is saved under. */
export interface NamedTensor {
  readonly name: string;
  readonly tensor: tf.Tensor;
}

/**
 * What is left of a model's weights: those that were pruned, cut or refitted, and how much of them is gone.
 *
 * @param cut names of weights that were pruned, or became smaller: those that `removed` is about
 */
export async function countLayers(
  dense: readonly NamedTensor[],
  pruned: readonly NamedTensor[],
  parts: readonly RefittedPart[],
  cut: ReadonlySet<string>,
): Promise<Pick<CompressReport, 'layers' | 'removed'>> {
  const before = new Map(dense.map(({ name, tensor }) => [name, tensor.size]));
  const errorOf = new Map(
    parts.flatMap(({ weights, error }) => weights.map((name) => [name, error] as const)),
  );
  const layers: CompressedLayer[] = [];
  let [elements, of] = [0, 0];
  for (const { name, tensor } of pruned) {
    if (tensor.rank < 2 || !(errorOf.has(name) || cut.has(name))) continue;
    const values = (await tensor.data()) as Float32Array;
    const kept = values.reduce((sum, value) => sum + Number(value !== 0), 0);
    layers.push({ name, shape: [...tensor.shape], elements: tensor.size, kept, error: errorOf.get(name) });
    if (!cut.has(name)) continue;
    of += before.get(name)!;
    elements += before.get(name)! - kept;
  }
  return { layers, removed: { elements, of } };
}
