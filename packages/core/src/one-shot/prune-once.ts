import type { Awaitable, TensorBackend } from '../contract/backend.js';
import { changeMasks } from '../pruner/change-masks.js';
import { checkOptions } from '../pruner/options.js';
import { countUpdate } from '../pruner/update.js';
import { constantSparsity } from '../schedule/constant-sparsity.js';
import { createMasks } from '../selection/masks.js';
import { type OneShotOptions, sharedOptions } from './options.js';
import { scoreWith } from './score.js';

/** The weights of a file, where a backend can rank them. */
export interface OneShotWeights<Own, Weight, Mask> {
  /** Its masks are its own: it is used for nothing else. */
  readonly backend: TensorBackend<Weight, Mask>;
  /** As they are told of, and as the backend takes them. */
  readonly weights: readonly { readonly known: Own; readonly weight: Weight }[];
  /** As the backend takes scores of a weight, which are as many as its elements. */
  readonly scores: (values: Float32Array, known: Own) => Weight;
}

/** What is left of one weight. */
export interface PrunedOnce<Mask = unknown> {
  /** Elements kept. */
  readonly kept: number;
  /** As the backend has it. */
  readonly mask: Mask;
  /** Element `i` is bit `i % 8` of byte `i >> 3`; 1 is kept. Made when it is asked for; not the caller's to change. */
  bits(): Awaitable<Uint8Array>;
}

/**
 * Which elements of a file's weights stay, chosen as `createPruner` chooses in one update, each weight in its place.
 * The masks tell: a magnitude of zero does not. Unless the backend only looks at weights, what is dropped is zero in
 * them afterwards.
 */
export async function pruneOnce<
  Own extends { readonly name: string; readonly elements: number },
  Weight,
  Mask,
>(
  { backend, weights, scores }: OneShotWeights<Own, Weight, Mask>,
  { sparsity, score: told, ...rest }: OneShotOptions<Own>,
): Promise<readonly PrunedOnce<Mask>[]> {
  const score = scoreWith(
    told,
    weights.map(({ known }) => known),
    scores,
  );
  const checked = checkOptions({
    ...sharedOptions(rest),
    ...(score === undefined ? {} : { score }),
    backend,
    weights: weights.map(({ known: { name }, weight }) => ({ name, weight })),
    schedule: constantSparsity(sparsity),
  });
  const guarded = checked.backend;
  // Notices of a first update are of training, and would cost a pass over all weights; zeros to start from are not.
  const occasion = { position: 0, sparsity, first: checked.keepZeros };
  const { prepared, applied } = await changeMasks(
    checked,
    createMasks(guarded, checked.weights),
    occasion,
    (giveBack) => giveBack(),
  );
  await countUpdate(checked, prepared, applied, { ...occasion, first: false });
  const kept = await guarded.countKept(applied.masks);
  return applied.masks.map((mask, i) => ({ kept: kept[i]!, mask, bits: () => guarded.readMask(mask) }));
}
