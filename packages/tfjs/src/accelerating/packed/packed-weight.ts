import * as tf from '@tensorflow/tfjs-core';
import { writesOf } from '../../internals/written-in-place.js';
import { stationOf } from '../machine/station.js';
import { type Hold, holdPacked } from './packed-tensors.js';
import { type Matrices, type Packing, packMatrices } from './packing.js';

/** A kernel of a model that is kept packed while its values change. */
export interface PackedWeight {
  readonly matrices: Matrices;
  /** How its values are packed; as they were last, where they have changed since. */
  packing(): Packing;
  /** How its values are packed; `undefined` where they have changed since. */
  current(): Packing | undefined;
  /**
   * Packs the values anew if they have changed, and were already so when this was called before: weights that are trained
   * between two predictions are not packed for nothing.
   */
  freshen(): void;
  release(): void;
}

/** @param always however little of it is zero */
export function packWeight(weight: tf.Tensor, matrices: Matrices, always: boolean): PackedWeight {
  const pack = () => packMatrices(readValues(weight), matrices, always);
  let hold: Hold | undefined = holdPacked(weight.dataId, matrices, pack);
  let last = hold.packing;
  let seen: { readonly dataId: object; readonly writes: number } | undefined;
  return {
    matrices,
    packing: () => last,
    current: () => (hold?.isCurrent(weight.dataId) ? hold.packing : undefined),
    freshen() {
      const { dataId } = weight;
      if (hold?.isCurrent(dataId) || weight.isDisposed) return;
      hold?.release();
      hold = undefined;
      const writes = writesOf(dataId);
      if (seen?.dataId !== dataId || seen.writes !== writes) {
        seen = { dataId, writes };
        return;
      }
      hold = holdPacked(dataId, matrices, pack);
      last = hold.packing;
    },
    release() {
      hold?.release();
      hold = undefined;
    },
  };
}

/** The values of a tensor in main memory, good until the next operation of tfjs. */
export function readValues(tensor: tf.Tensor): Float32Array {
  return stationOf(tf.backend())!.store.values(tensor);
}
