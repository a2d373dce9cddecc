import type { TensorBackend } from '../contract/backend.js';
import type { NamedMask } from '../pruner/given-masks.js';
import { createPruner } from '../pruner/pruner.js';
import { constantSparsity } from '../schedule/constant-sparsity.js';
import { type OneShotOptions, sharedOptions } from './options.js';
import { scoreWith } from './score.js';

/** The weights of a file, where a backend can rank them. */
export interface OneShotWeights<Own, Weight, Mask> {
  readonly backend: TensorBackend<Weight, Mask>;
  /** As they are told of, and as the backend takes them. */
  readonly weights: readonly { readonly known: Own; readonly weight: Weight }[];
  /** As the backend takes scores of a weight, which are as many as its elements. */
  readonly scores: (values: Float32Array, known: Own) => Weight;
}

/** Which elements of a file's weights stay, chosen as `createPruner` chooses. The masks tell: a magnitude of zero does not. */
export async function pruneOnce<
  Own extends { readonly name: string; readonly elements: number },
  Weight,
  Mask,
>(
  { backend, weights, scores }: OneShotWeights<Own, Weight, Mask>,
  { sparsity, score: told, ...rest }: OneShotOptions<Own>,
): Promise<readonly NamedMask[]> {
  const score = scoreWith(
    told,
    weights.map(({ known }) => known),
    scores,
  );
  const pruner = createPruner({
    ...sharedOptions(rest),
    ...(score === undefined ? {} : { score }),
    backend,
    weights: weights.map(({ known: { name }, weight }) => ({ name, weight })),
    schedule: constantSparsity(sparsity),
  });
  await pruner.update(0);
  const masks = await pruner.masks();
  pruner.dispose();
  return masks;
}
