import { type TensorBackend, wrapBackend } from '@synaprune/core';
import * as tf from '@tensorflow/tfjs-core';
import type { TfjsBackend } from '../../backend/assemble-backend.js';
import type { TfjsMask } from '../../backend/mask.js';

/** A pruner's own handle of a mask, which it may share with the pruner before it. */
export interface SharedMask {
  readonly mask: TfjsMask;
}

/** A backend whose masks can go from one pruner to the next. Made by {@link keepMasks}. */
export interface MaskKeeper {
  /** What the pruners are given. */
  readonly backend: TensorBackend<tf.Variable, SharedMask>;
  /**
   * A pruner made in `createPruner` gets the masks that its weights have already, where they are and as they are. The
   * pruner before it is disposed of afterwards; masks of weights that are not in the new one are kept for the
   * day they come back.
   */
  handOver<Result>(createPruner: () => Result): Result;
  /** The mask of a weight, true where kept, whether a pruner has it or not. Not to be disposed of. */
  keptOf(weight: tf.Variable): tf.Tensor | undefined;
  /** Masks that no pruner has, of weights that were not disposed of, packed. */
  readHeld(): Promise<{ readonly weight: tf.Variable; readonly packed: Uint8Array }[]>;
  /** Keeps these masks, packed, in the place of those that no pruner has. */
  holdInstead(packed: ReadonlyMap<tf.Variable, Uint8Array>): Promise<void>;
  /** Gives back the masks that no pruner has. */
  dispose(): void;
}

/**
 * A pruner has one list of weights for life; a model's list changes when layers are frozen, added or taken
 * away. So the masks belong to the weights, and pruners come and go: nothing leaves the device, and what was
 * dropped stays dropped.
 */
export function keepMasks(inner: TfjsBackend): MaskKeeper {
  const users = new Map<TfjsMask, number>();
  const byWeight = new Map<tf.Variable, TfjsMask[]>();
  /** Masks that no pruner may need for now. */
  const held = new Set<TfjsMask>();
  let taken: Set<TfjsMask> | undefined;

  const use = (mask: TfjsMask): TfjsMask => {
    users.set(mask, (users.get(mask) ?? 0) + 1);
    return mask;
  };
  const release = (mask: TfjsMask): void => {
    const left = (users.get(mask) ?? 1) - 1;
    users.set(mask, left);
    if (left > 0) return;
    users.delete(mask);
    for (const [weight, list] of byWeight) {
      const rest = list.filter((other) => other !== mask);
      if (rest.length === 0) byWeight.delete(weight);
      else byWeight.set(weight, rest);
    }
    inner.disposeMask(mask);
  };
  const create = (weight: tf.Variable): TfjsMask => {
    const mask = use(inner.createMask(weight));
    byWeight.set(weight, [...(byWeight.get(weight) ?? []), mask]);
    return mask;
  };
  const letGo = (mask: TfjsMask): void => {
    if (held.delete(mask)) release(mask);
  };

  const sharing: TensorBackend<tf.Variable, TfjsMask> = {
    ...inner,
    createMask(weight) {
      // Masks of what was pooled are for the one update.
      if (!(weight instanceof tf.Variable)) return inner.createMask(weight);
      // The first is the pruner's own; those after it are for a while only, in a report, an update or a restore.
      const first = byWeight.get(weight)?.[0];
      if (taken === undefined || first === undefined) return create(weight);
      taken.add(first);
      return use(first);
    },
    disposeMask: (mask) => (users.has(mask) ? release(mask) : inner.disposeMask(mask)),
  };
  return {
    // A handle for each pruner: what one has given back is gone for that one only.
    backend: wrapBackend<
      { readonly weight: tf.Variable; readonly mask: SharedMask },
      { readonly weight: tf.Variable; readonly mask: TfjsMask }
    >(sharing, { weight: (weight) => weight, mask: ({ mask }) => mask, wrapMask: (mask) => ({ mask }) }),
    handOver(createPruner) {
      for (const [weight, masks] of byWeight) {
        for (const mask of masks) {
          if (!held.has(mask)) held.add(use(mask));
          if (weight.isDisposed) letGo(mask);
        }
      }
      taken = new Set();
      try {
        return createPruner();
      } finally {
        for (const mask of taken) letGo(mask);
        taken = undefined;
      }
    },
    keptOf: (weight) => byWeight.get(weight)?.[0]?.kept,
    readHeld: () =>
      Promise.all(
        [...byWeight].flatMap(([weight, masks]) =>
          weight.isDisposed
            ? []
            : masks
                .filter((mask) => held.has(mask))
                .map(async (mask) => ({ weight, packed: await inner.readMask(mask) })),
        ),
      ),
    async holdInstead(packed) {
      const fresh = [...packed].map(([weight, bits]) => ({ mask: create(weight), bits }));
      try {
        for (const { mask, bits } of fresh) await inner.writeMask(mask, bits);
      } catch (error) {
        for (const { mask } of fresh) release(mask);
        throw error;
      }
      for (const mask of [...held]) letGo(mask);
      for (const { mask } of fresh) held.add(mask);
    },
    dispose() {
      for (const mask of [...held]) letGo(mask);
    },
  };
}
