import type { Tensor } from 'onnxruntime-common';
import type { Layer, Sampled, Unfit } from './layer.js';

/** Columns that are taken of a layer: enough for what they determine, and no more than make a difference. */
export function columnBudget(features: number): number {
  return Math.min(6000, Math.max(2000, 12 * features));
}

/** What a layer reads, sample by sample, as the pruned and as the dense model has it. */
export interface LayerInputs {
  readonly pruned: readonly Tensor[];
  readonly dense: readonly Tensor[];
}

/**
 * How many columns are taken of each sample; or why there are none to take.
 *
 * @param budget all samples together, about
 */
export function shareColumns(
  layer: Layer,
  denseLayer: Layer,
  { pruned, dense }: LayerInputs,
  budget: number,
): readonly number[] | Unfit {
  const counts: number[] = [];
  for (const [sample, { type, dims }] of pruned.entries()) {
    const other = dense[sample]!;
    if (type !== 'float32') return { why: `what it reads is ${type}, and float32 is needed` };
    const count = layer.countOf(dims);
    if (count !== denseLayer.countOf(other.dims)) {
      return { why: `what it reads has the shape [${dims}] where the dense model has [${other.dims}]` };
    }
    counts.push(count);
  }
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (!(total > 0)) return { why: 'what it reads has no columns for it' };
  return counts.map((count) =>
    total <= budget ? count : Math.min(count, Math.max(1, Math.round((budget * count) / total))),
  );
}

/** A tensor as layers take it. */
export function sampledOf({ data, dims }: Tensor): Sampled {
  return { data: data as Float32Array, dims };
}
