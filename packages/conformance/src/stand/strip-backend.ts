import type { TensorBackend } from '@synaprune/core';

/** A backend with the verbs that every backend has, and `read` where it is there: core has to make up for the rest. */
export function stripBackend<Weight, Mask>(
  backend: TensorBackend<Weight, Mask>,
): TensorBackend<Weight, Mask> {
  return {
    contract: backend.contract,
    manifest: backend.manifest,
    shape: (weight) => backend.shape(weight),
    createMask: (weight) => backend.createMask(weight),
    disposeMask: (mask) => backend.disposeMask(mask),
    readMask: (mask) => backend.readMask(mask),
    writeMask: (mask, packed) => backend.writeMask(mask, packed),
    countKept: (masks) => backend.countKept(masks),
    countBelow: (items, magnitudes) => backend.countBelow(items, magnitudes),
    findCut: (items, count) => backend.findCut(items, count),
    drop: (groups) => backend.drop(groups),
    enforce: (items) => backend.enforce(items),
    ...(backend.read === undefined ? {} : { read: (weight: Weight) => backend.read!(weight) }),
  };
}
