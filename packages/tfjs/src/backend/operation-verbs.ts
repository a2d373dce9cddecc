import { type Item, packedLength } from '@synaprune/core';
import * as tf from '@tensorflow/tfjs-core';
import type { TfjsVerbs } from './assemble-backend.js';
import { countFlags, flatten, total } from './counts.js';
import { type Device, settle } from './device.js';
import { dropBelowCuts, maskValues } from './drop.js';
import { createOwnedMask, type OwnedMask, packBits, replaceKept, type TfjsMask, unpackBits } from './mask.js';
import { requireFit, requireMask, requireVariable } from './require-fit.js';
import { countBelow, searchCut } from './search.js';

/** The verbs in tfjs's own operations: right on any tfjs backend, wherever its tensors live. */
export function operationVerbs(device: Device, cutsPerRound: number): TfjsVerbs {
  const requireItems = (items: readonly Item<tf.Variable, TfjsMask>[]): void => {
    device.requireCurrent();
    for (const item of items) {
      requireMask(item.mask);
      requireFit(item);
    }
  };

  return {
    maskTensor: (mask, values) => tf.tidy(() => maskValues(requireMask(mask).kept, values)),

    createMask(weight) {
      device.requireCurrent();
      return createOwnedMask(requireVariable(weight).shape);
    },

    disposeMask: (mask) => {
      mask.kept.dispose();
    },

    countBelow(items, magnitudes) {
      requireItems(items);
      return countBelow(device, items, magnitudes);
    },

    findCut(items, selection) {
      requireItems(items);
      return searchCut(device, items, selection, cutsPerRound);
    },

    dropBelow(groups) {
      const items = groups.flatMap((group) => group.items);
      requireItems(items);
      return dropBelowCuts(device, groups as Parameters<typeof dropBelowCuts>[1], () => requireItems(items));
    },

    enforce(items) {
      requireItems(items);
      tf.tidy(() => {
        for (const { weight, mask } of items) weight.assign(maskValues(mask.kept, weight));
      });
    },

    countKept(list) {
      device.requireCurrent();
      for (const mask of list) requireMask(mask);
      const makers = list.map((mask) => () => flatten(mask.kept));
      return settle(countFlags(device, makers), (counts) => counts.map(total));
    },

    readMask(mask) {
      device.requireCurrent();
      // A clone, because what is taken is disposed.
      return settle(device.take(tf.keep(requireMask(mask).kept.clone())), packBits);
    },

    writeMask(mask, packed) {
      device.requireCurrent();
      const { size, shape } = requireMask(mask).kept;
      if (packed.length !== packedLength(size)) {
        throw new RangeError(
          `a mask of ${size} elements needs ${packedLength(size)} bytes, got ${packed.length}`,
        );
      }
      replaceKept(mask as OwnedMask, tf.tensor(unpackBits(packed, size), shape, 'bool'));
    },
  };
}
