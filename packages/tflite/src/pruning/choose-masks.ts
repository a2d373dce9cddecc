import { constantSparsity, createPruner, type NamedMask, type NamedWeight } from '@synaprune/core';
import { scoreWith, sharedOptions } from '@synaprune/core/one-shot';
import { type HostWeight, hostBackend } from '@synaprune/host';
import type { ChosenWeight } from '../weights/find-weights.js';
import type { PruneTfliteOptions } from './prune-options.js';

/** Which elements of the weights stay, chosen as `createPruner` chooses. */
export async function chooseMasks(
  parts: readonly ChosenWeight[],
  { sparsity, score: told, ...rest }: PruneTfliteOptions,
): Promise<readonly NamedMask[]> {
  const weights = parts.map(({ surveyed: { format }, weight }): NamedWeight<HostWeight> => {
    const values = typeof format === 'string' ? new Float32Array(weight.elements) : format.rank();
    return { name: weight.name, weight: { values, shape: weight.shape } };
  });
  const score = scoreWith(
    told,
    parts.map(({ weight }) => weight),
    (values, { shape }): HostWeight => ({ values, shape }),
  );
  const pruner = createPruner({
    ...sharedOptions(rest),
    ...(score === undefined ? {} : { score }),
    backend: hostBackend(),
    weights,
    schedule: constantSparsity(sparsity),
  });
  await pruner.update(0);
  // The masks tell what was dropped: a magnitude of zero does not.
  const masks = await pruner.masks();
  pruner.dispose();
  return masks;
}
