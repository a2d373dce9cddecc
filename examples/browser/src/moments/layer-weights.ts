import { type NamedMask, packedLength } from '@synaprune/core';
import { unpack } from '@synaprune/sparse';
import type * as tf from '@tensorflow/tfjs';

/** A weight of a layer, in main memory. */
export interface LayerWeight {
  readonly name: string;
  readonly shape: readonly number[];
  /** In row-major order. */
  readonly values: Float32Array;
}

/** What the networks are at a moment. */
export interface RunWeights {
  readonly pruned: readonly LayerWeight[];
  /** The very same until the first weight is dropped. */
  readonly dense: readonly LayerWeight[];
}

/** The weights of a saved model, without its optimizer's. */
export function layerWeights({
  weightSpecs = [],
  weightData = new ArrayBuffer(0),
}: {
  readonly weightSpecs?: readonly tf.io.WeightsManifestEntry[] | undefined;
  readonly weightData?: tf.io.WeightData | undefined;
}): readonly LayerWeight[] {
  const parts = Array.isArray(weightData) ? weightData : [weightData];
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0));
  let [filled, at] = [0, 0];
  for (const part of parts) {
    bytes.set(new Uint8Array(part), filled);
    filled += part.byteLength;
  }
  return weightSpecs.flatMap(({ name, shape, dtype, group }) => {
    const size = 4 * shape.reduce((product, edge) => product * edge, 1);
    const from = at;
    at += size;
    // What of the optimizer is saved comes last and is float32, too.
    if (group === 'optimizer' || dtype !== 'float32') return [];
    return [{ name, shape, values: new Float32Array(bytes.buffer.slice(from, from + size)) }];
  });
}

/** The weights of a model in one sparse file. */
export async function unpackWeights(packed: Uint8Array): Promise<readonly LayerWeight[]> {
  const { weightSpecs, weightData } = await unpack(packed, { kind: 'tfjs' });
  return layerWeights({ weightSpecs: weightSpecs as tf.io.WeightsManifestEntry[], weightData });
}

/** Masks as the zeros of kernels tell them: what was dropped is zero for good, and nothing else ever is. */
export function masksOf(weights: readonly LayerWeight[]): readonly NamedMask[] {
  return weights
    .filter(({ shape }) => shape.length > 1)
    .map(({ name, shape, values }) => {
      const bits = new Uint8Array(packedLength(values.length));
      let kept = 0;
      for (const [i, value] of values.entries()) {
        if (value === 0) continue;
        bits[i >> 3]! |= 1 << (i & 7);
        kept += 1;
      }
      return { name, shape: [...shape], kept, bits };
    });
}
