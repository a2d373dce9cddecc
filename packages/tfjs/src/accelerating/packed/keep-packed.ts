import type * as tf from '@tensorflow/tfjs-core';
import { writesOf } from '../../internals/written-in-place.js';

/** Holds on to the packed form of values, and gives it back. */
export interface Hold<Packing> {
  readonly packing: Packing;
  release(): void;
}

/** Weights of a model that are kept packed while their values change. */
export interface KeptPacked<Packing> {
  /** How the values are packed; as they were last, where they have changed since. */
  packing(): Packing;
  /** How the values are packed; `undefined` where they have changed since, or are gone. */
  current(): Packing | undefined;
  /**
   * Packs the values anew if they have changed, and were already so when this was called before: weights that are trained
   * between two predictions are not packed for nothing.
   */
  freshen(): void;
  release(): void;
}

/** @param pack packs the values of the weights as they are now */
export function keepPacked<Packing>(
  weights: readonly tf.Tensor[],
  pack: () => Hold<Packing>,
): KeptPacked<Packing> {
  let hold: Hold<Packing> | undefined = pack();
  let last = hold.packing;
  let packed = versionsOf(weights);
  const areThere = () => !weights.some(({ isDisposed }) => isDisposed);
  let seen = packed;
  return {
    packing: () => last,
    current: () =>
      hold !== undefined && areThere() && isSame(packed, versionsOf(weights)) ? hold.packing : undefined,
    freshen() {
      const now = versionsOf(weights);
      if ((hold && isSame(packed, now)) || !areThere()) return;
      hold?.release();
      hold = undefined;
      if (!isSame(seen, now)) {
        seen = now;
        return;
      }
      hold = pack();
      packed = now;
      last = hold.packing;
    },
    release() {
      hold?.release();
      hold = undefined;
    },
  };
}

/** Values of tensors at one time. */
type Versions = readonly { readonly dataId: object; readonly writes: number }[];

function versionsOf(weights: readonly tf.Tensor[]): Versions {
  return weights.map(({ dataId }) => ({ dataId, writes: writesOf(dataId) }));
}

function isSame(one: Versions, other: Versions): boolean {
  return one.every(({ dataId, writes }, i) => dataId === other[i]!.dataId && writes === other[i]!.writes);
}
