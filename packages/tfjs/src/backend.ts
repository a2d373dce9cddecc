import { type Item, packedLength, type TensorBackend } from '@synaprune/core';
import * as tf from '@tensorflow/tfjs';
import { countFlags, total } from './counts.js';
import { currentDevice, settle } from './device.js';
import { dropBelowCuts, maskValues } from './drop.js';
import { createOwnedMask, type OwnedMask, packBits, replaceKept, type TfjsMask, unpackBits } from './mask.js';
import { requireFit, requireLive, requireMask, requireVariable } from './require-fit.js';
import { countBelow, searchCut } from './search.js';

/** What {@link tfjsBackend} makes: the contract, and the masks for those who mask gradients. */
export interface TfjsBackend extends TensorBackend<tf.Variable, TfjsMask> {
  /** The mask that a pruner holds on a variable, if one does: bool, true where kept. Not to be disposed. */
  maskOf(weight: tf.Variable): tf.Tensor | undefined;
}

/** What {@link tfjsBackend} is told. */
export interface TfjsBackendOptions {
  /**
   * Magnitudes counted in one go while searching for a cut: more of them are fewer waits and more work. 1
   * where tfjs reads at once (cpu, wasm, tfjs-node), 15 elsewhere, unless told.
   */
  readonly cutsPerRound?: number;
}

/**
 * Prunes `tf.Variable`s where they are, with tfjs's own operations, on the tfjs backend that is current when
 * this is called: `cpu`, `wasm`, `webgl`, `webgpu` or `tensorflow` (tfjs-node). Only counts are read back.
 * Everywhere but on cpu and wasm subnormal numbers tie with zero, and everywhere all NaN tie with each other.
 *
 * A variable of a layers model is `layerVariable.read()`. Switching tfjs to another backend afterwards is an
 * error at the next call.
 *
 * @throws RangeError when `cutsPerRound` is no positive integer
 * @throws PruneError `unsupported` when a WebGL device has no float32
 *
 * @example
 * ```ts
 * import { constantSparsity, createPruner, tfjsBackend } from '@synaprune/tfjs';
 * import * as tf from '@tensorflow/tfjs';
 *
 * await tf.setBackend('cpu');
 * const kernel = tf.variable(tf.tensor1d([3, -1, 2, -4]));
 * const pruner = createPruner({
 *   backend: tfjsBackend(),
 *   weights: [{ name: 'kernel', weight: kernel }],
 *   schedule: constantSparsity(0.5),
 * });
 * await pruner.update(0);
 * console.log([...(await kernel.data())]); // [ 3, 0, 0, -4 ]
 * ```
 */
export function tfjsBackend({ cutsPerRound }: TfjsBackendOptions = {}): TfjsBackend {
  const device = currentDevice();
  const perRound = cutsPerRound ?? (device.synchronous ? 1 : 15);
  if (!Number.isInteger(perRound) || perRound < 1) {
    throw new RangeError(`tfjsBackend needs cutsPerRound to be a positive integer, got ${perRound}`);
  }
  const masks = new Map<tf.Variable, OwnedMask[]>();

  const requireItems = (items: readonly Item<tf.Variable, TfjsMask>[]): void => {
    device.requireCurrent();
    for (const item of items) requireFit(item);
  };

  return {
    manifest: {
      name: `tfjs (${device.name})`,
      patterns: ['element'],
      scores: ['magnitude', 'tensor', 'random'],
      directions: ['drop'],
      subnormals: device.subnormals,
      nanPayloads: 'tied',
    },

    maskOf: (weight) => masks.get(weight)?.[0]?.kept,

    shape: (weight) => requireLive(weight).shape,

    createMask(weight) {
      device.requireCurrent();
      const mask = createOwnedMask(requireVariable(weight).shape);
      masks.set(weight, [...(masks.get(weight) ?? []), mask]);
      return mask;
    },

    disposeMask(mask) {
      for (const [weight, list] of masks) {
        const rest = list.filter((other) => other !== mask);
        if (rest.length === 0) masks.delete(weight);
        else masks.set(weight, rest);
      }
      mask.kept.dispose();
    },

    countBelow(items, magnitudes) {
      requireItems(items);
      return countBelow(device, items, magnitudes);
    },

    findCut(items, selection) {
      requireItems(items);
      return searchCut(device, items, selection, perRound);
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
      const makers = list.map((mask) => () => mask.kept.flatten() as tf.Tensor1D);
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
