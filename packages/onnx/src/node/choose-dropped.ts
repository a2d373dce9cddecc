import { createPruner, type PrunerOptions, type Schedule } from '@synaprune/core';
import type { Extent } from '../view/model-view.js';
import type { ChosenWeight } from '../weights/find-weights.js';
import type { Surveyed } from '../weights/survey.js';
import type { PrunedRange } from './copy-pruned.js';
import type { DataFile } from './location.js';
import { type StreamedWeight, type StreamMask, streamBackend } from './stream-backend.js';
import { streamedWeight } from './streamed-weight.js';

type Settings = Omit<PrunerOptions<StreamedWeight, StreamMask>, 'backend' | 'weights' | 'schedule'>;

/** Chooses what to drop of weights that are read a stretch at a time. */
export async function chooseDropped(
  bytes: Uint8Array,
  parts: readonly ChosenWeight[],
  extents: ReadonlyMap<Surveyed, Extent<DataFile>>,
  schedule: Schedule,
  settings: Settings,
): Promise<readonly PrunedRange[]> {
  const backend = streamBackend();
  const masks = new Map<StreamedWeight, StreamMask>();
  const weights = parts.map(({ surveyed, weight }) => ({
    name: weight.name,
    weight: streamedWeight(bytes, surveyed, extents.get(surveyed)),
  }));
  const pruner = createPruner({
    ...settings,
    backend: {
      ...backend,
      createMask: (weight) => {
        const mask = backend.createMask(weight);
        masks.set(weight, mask);
        return mask;
      },
    },
    weights,
    schedule,
  });
  await pruner.update(0);
  return parts.map(
    ({ surveyed }, i): PrunedRange => ({
      weight: weights[i]!.weight,
      words: masks.get(weights[i]!.weight)!.words,
      surveyed,
      extent: extents.get(surveyed),
      zeros: { before: 0, after: 0 },
    }),
  );
}
