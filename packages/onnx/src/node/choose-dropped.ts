import { constantSparsity, createPruner } from '@synaprune/core';
import { scoreWith, sharedOptions } from '@synaprune/core/one-shot';
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
  const weights = parts.map(({ surveyed, weight }) => ({
    name: weight.name,
    weight: streamedWeight(bytes, surveyed, extents.get(surveyed)),
  }));
  const known = parts.map(({ weight }) => weight);
  const score = scoreWith(options.score, known, streamedScores);
  const pruner = createPruner({
    ...sharedOptions(options),
    ...(score === undefined ? {} : { score }),
    backend: streamBackend(),
    weights,
    schedule: constantSparsity(options.sparsity),
  });
  await pruner.update(0);
  const masks = await pruner.masks();
  pruner.dispose();
  return parts.map(
    ({ surveyed }, i): PrunedRange => ({
      weight: weights[i]!.weight,
      bits: masks[i]!.bits,
      surveyed,
      extent: extents.get(surveyed),
      zeros: { before: 0, after: 0 },
    }),
  );
}
