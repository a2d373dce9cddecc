import type { Notice } from '@synaprune/core';
import { listNames } from '@synaprune/core/checks';
import type { TensorView } from '../view/model-view.js';

/** What to tell where a model states checksums of the files whose bytes were changed. */
export function checksumNotices(pruned: readonly TensorView[]): readonly Notice[] {
  const stated = pruned.filter(
    ({ storage }) => storage.kind === 'external' && storage.entries.has('checksum'),
  );
  if (stated.length === 0) return [];
  const weights = stated.map(({ name }) => name);
  return [
    {
      code: 'checksum-outdated',
      message:
        `the model states a checksum of the file that ${listNames(weights)} lies in, which was that of the file before ` +
        'pruning and is left as it was; runtimes do not look at it',
      weights,
    },
  ];
}
