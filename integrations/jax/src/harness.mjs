// @ts-check
import { Array as JaxArray, numpy as np } from '@jax-js/jax';
import { jaxBackend } from './jax-backend.mjs';
import { arrayIn } from './slots.mjs';

/** @typedef {import('./slots.mjs').Slot} Slot */

/**
 * How the conformance kit reaches arrays of jax-js.
 *
 * @param {import('@jax-js/jax').Device} device
 * @param {() => number} [countBuffers] how many buffers the device holds, where that can be told
 * @returns {import('@synaprune/conformance').ConformanceHarness<Slot, import('./jax-backend.mjs').Mask>}
 */
export function jaxHarness(device, countBuffers) {
  const backend = jaxBackend({ device });
  /** @param {Float32Array} values @param {readonly number[]} shape */
  const upload = (values, shape) => np.array(values.slice(), { device }).reshape([...shape]);
  /** @type {Set<Slot>} */
  const slots = new Set();
  return {
    name: `jax-js (${device})`,
    createBackend: () => backend,
    createWeight: (values, shape) => {
      let array = upload(values, shape);
      const slot = {
        get: () => array,
        set: (/** @type {JaxArray} */ next) => {
          array = next;
        },
      };
      slots.add(slot);
      return slot;
    },
    readWeight: async (slot) => /** @type {Float32Array} */ (await slot.get().ref.data()),
    writeWeight: (slot, values) => {
      const old = arrayIn(slot, device);
      slot.set(upload(values, old.shape));
      old.dispose();
    },
    disposeWeight: (slot) => {
      slots.delete(slot);
      slot.get().dispose();
    },
    spoilWeight: (slot) => slot.get().dispose(),
    bytesRead: () => bytesRead,
    ...(countBuffers && {
      // What waits to be computed holds its inputs until then.
      countLive: async () => {
        for (const slot of slots) if (slot.get().refCount > 0) await slot.get().blockUntilReady();
        return countBuffers();
      },
    }),
  };
}

let bytesRead = 0;

// All ways out of a device go through these two.
const { data, dataSync } = JaxArray.prototype;
JaxArray.prototype.data = async function () {
  const read = await data.call(this);
  bytesRead += read.byteLength;
  return read;
};
JaxArray.prototype.dataSync = function () {
  const read = dataSync.call(this);
  bytesRead += read.byteLength;
  return read;
};
