import { pruneOnce } from '@synaprune/core/one-shot';
import type { PruneOnnxOptions } from '../pruning/prune-options.js';
import type { FileRange } from '../view/model-view.js';
import type { ChosenWeight } from '../weights/find-weights.js';
import type { Surveyed } from '../weights/survey.js';
import type { PrunedRange } from './copy-pruned.js';
import type { DataFile } from './location.js';
import { streamBackend } from './stream-backend.js';
import { streamedScores, streamedWeight } from './streamed-weight.js';

/** Chooses what to drop of weights that are read a stretch at a time. */
export async function chooseDropped(
  bytes: Uint8Array,
  parts: readonly ChosenWeight[],
  extents: ReadonlyMap<Surveyed, FileRange<DataFile>>,
  options: Omit<PruneOnnxOptions, 'externalData'>,
): Promise<readonly PrunedRange[]> {
  const weights = parts.map(({ surveyed, weight: known }) => ({
    known,
    weight: streamedWeight(bytes, surveyed, extents.get(surveyed)),
  }));
  const pruned = await pruneOnce({ backend: streamBackend(), weights, scores: streamedScores }, options);
  const bits: Uint8Array[] = [];
  for (const each of pruned) bits.push(await each.bits());
  return parts.map(
    ({ surveyed }, i): PrunedRange => ({
      weight: weights[i]!.weight,
      bits: bits[i]!,
      surveyed,
      extent: extents.get(surveyed),
      zeros: { before: 0, after: 0 },
    }),
  );
}
