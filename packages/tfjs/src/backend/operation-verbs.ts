import type { Item, MaskedWeight } from '@synaprune/core';
import * as tf from '@tensorflow/tfjs-core';
import type { TfjsVerbs } from './assemble-backend.js';
import { countInPieces, flatten, total } from './counts.js';
import { type Device, settle } from './device.js';
import { type Drops, dropCuts, maskValues } from './drop.js';
import { liveShape, requireLive, requireVariable } from './handles.js';
import { createOwnedMask, type OwnedMask, packBits, replaceKept, type TfjsMask, unpackBits } from './mask.js';
import { countBelow, searchCut } from './search.js';

/**
 * The verbs in tfjs's own operations: right on any tfjs backend, wherever its tensors live. Masks are combined on the
 * device. Blocks, channels and N of M are chosen by core on the host, from weights read to it: tfjs's sums are sums of
 * floats in an order of the device's own, which would not give the same masks everywhere.
 */
export function operationVerbs(device: Device, cutsPerRound: number): TfjsVerbs {
  const drop = (groups: Parameters<TfjsVerbs['drop']>[0], drops: Drops) => {
    device.requireCurrent();
    const items = groups.flatMap((group) => group.items);
    return dropCuts(device, groups as Parameters<typeof dropCuts>[1], drops, () => requireStill(items));
  };
  /** While a count was read, anything may have become of the weights. */
  const requireStill = (items: readonly MaskedWeight<tf.Variable, TfjsMask>[]): void => {
    device.requireCurrent();
    for (const { weight } of items) requireLive(weight);
  };
  const current = (items: readonly Item<tf.Variable, TfjsMask>[]) => {
    device.requireCurrent();
    return items;
  };

  return {
    contract: 1,
    shape: liveShape,

    maskTensor: (mask, values) => tf.tidy(() => maskValues(mask.kept, values)),

    createMask(weight) {
      device.requireCurrent();
      return createOwnedMask(requireVariable(weight).shape);
    },

    disposeMask: (mask) => {
      mask.kept.dispose();
    },

    countBelow: (items, magnitudes) => countBelow(device, current(items), magnitudes),

    findCut: (items, count) => searchCut(device, current(items), count, cutsPerRound),

    drop: (groups) => drop(groups, 'masks'),

    dropAndEnforce: (groups) => drop(groups, 'masks and weights'),

    enforce(items) {
      device.requireCurrent();
      tf.tidy(() => {
        for (const { weight, mask } of items) weight.assign(maskValues(mask.kept, weight));
      });
    },

    countKept(list) {
      device.requireCurrent();
      const makers = list.map((mask) => () => flatten(mask.kept));
      return settle(countInPieces(device, makers), (counts) => counts.map(total));
    },

    readMask(mask) {
      device.requireCurrent();
      // A clone, because what is taken is disposed.
      return settle(device.take(tf.keep(mask.kept.clone())), packBits);
    },

    writeMask(mask, packed) {
      device.requireCurrent();
      const { size, shape } = mask.kept;
      replaceKept(mask as OwnedMask, tf.tensor(unpackBits(packed, size), shape, 'bool'));
    },

    read(weight) {
      device.requireCurrent();
      return settle(device.take(tf.keep(weight.clone())), (values) =>
        // tfjs's cpu backend holds what some kernels make as plain arrays.
        values instanceof Float32Array ? values : Float32Array.from(values),
      );
    },

    combine(into, from, how) {
      device.requireCurrent();
      tf.tidy(() => {
        const others = tf.reshape(from.kept, [...into.shape]);
        const both =
          how === 'or' ? tf.logicalOr(into.kept, others) : tf.logicalAnd(into.kept, tf.logicalNot(others));
        replaceKept(into as OwnedMask, both);
      });
    },
  };
}
