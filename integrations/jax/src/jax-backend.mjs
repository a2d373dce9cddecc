// @ts-check
import { defaultDevice, numpy as np } from '@jax-js/jax';
import { createChooser, readAll } from './choosing.mjs';
import * as kernels from './kernels.mjs';
import { arrayIn } from './slots.mjs';

export { slotsOf } from './slots.mjs';

/** @typedef {np.Array} JaxArray */
/** @typedef {import('./slots.mjs').Slot} Slot */
/** @typedef {{ kept: JaxArray }} Mask a flat array of booleans on the device; replaced whole, as arrays never change */
/** @typedef {import('@synaprune/core').MaskedWeight<Slot, Mask>} Masked */

/**
 * A backend for weights in arrays of jax-js. Masks live where the weights do, and what comes back are counts.
 *
 * @param {{ device?: import('@jax-js/jax').Device }} [options] the device of the weights; jax-js's own unless told
 * @returns {import('@synaprune/core').TensorBackend<Slot, Mask>}
 */
export function jaxBackend({ device = defaultDevice() } = {}) {
  const { withRankings, countBelow, findCut, choose } = createChooser(device);

  /** What the weights become. Every handle is looked up first. @param {readonly Masked[]} items @param {readonly JaxArray[]} masks */
  const zeroed = (items, masks) => {
    const arrays = items.map(({ weight }) => arrayIn(weight, device));
    /** @type {Map<Slot, JaxArray>} */
    const next = new Map();
    for (const [n, { weight }] of items.entries()) {
      // A weight may be listed twice, with another mask.
      next.set(weight, kernels.enforce(next.get(weight) ?? arrays[n].ref, masks[n].ref));
    }
    return next;
  };

  /** @param {ReadonlyMap<Slot, JaxArray>} weights */
  const replaceWeights = (weights) => {
    for (const [slot, array] of weights) {
      slot.get().dispose();
      slot.set(array);
    }
  };

  return {
    contract: 1,
    manifest: {
      name: `jax-js (${device})`,
      scores: ['magnitude', 'tensor', 'random'],
      subnormals: 'ordered',
      nanPayloads: 'ordered',
    },
    shape: (slot) => arrayIn(slot, device).shape,
    createMask: (slot) => ({ kept: kernels.keepAll(arrayIn(slot, device).ref) }),
    disposeMask: ({ kept }) => kept.dispose(),
    readMask: async ({ kept }) => {
      const elements = kept.size;
      const { buffer } = await kernels.pack(kept.ref).data();
      return new Uint8Array(buffer, 0, Math.ceil(elements / 8));
    },
    writeMask: async (mask, packed) => {
      const bytes = new Uint8Array(4 * Math.ceil(mask.kept.size / 32));
      bytes.set(packed);
      mask.kept = kernels.unpack(np.array(new Int32Array(bytes.buffer), { device }), mask.kept);
      await mask.kept.blockUntilReady();
    },
    countKept: (masks) => readAll(masks.map(({ kept }) => kernels.countKept(kept.ref))),
    countBelow: (items, magnitudes) =>
      withRankings(items, (rankings) => countBelow(items, rankings, magnitudes)),
    findCut: (items, count) => withRankings(items, (rankings) => findCut(items, rankings, count)),
    drop: async (groups) => replaceMasks(await choose(groups)),
    enforce: (items) =>
      replaceWeights(
        zeroed(
          items,
          items.map(({ mask }) => mask.kept),
        ),
      ),

    read: async (slot) => /** @type {Float32Array} */ (await arrayIn(slot, device).ref.data()),
    combine: async (into, from, how) => {
      const change = how === 'or' ? kernels.or : kernels.andNot;
      into.kept = change(into.kept, from.kept.ref);
      await into.kept.blockUntilReady();
    },
    dropAndEnforce: async (groups) => {
      const masks = await choose(groups);
      const items = groups.flatMap(({ items }) => items);
      const weights = zeroed(
        items,
        items.map(({ mask }) => masks.get(mask) ?? mask.kept),
      );
      replaceMasks(masks);
      replaceWeights(weights);
    },
  };
}

/** @param {ReadonlyMap<Mask, JaxArray>} masks */
function replaceMasks(masks) {
  for (const [mask, kept] of masks) {
    mask.kept.dispose();
    mask.kept = kept;
  }
}
