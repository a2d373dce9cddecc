// @ts-check
import { numpy as np, tree } from '@jax-js/jax';
import { createPruner, fromBase64, synapticRamp, toBase64 } from '@synaprune/core';
import { chance } from './chance.mjs';
import { jaxBackend, slotsOf } from './jax-backend.mjs';
import { createParams, readDigits, step } from './network.mjs';

/** @typedef {np.Array} JaxArray */
/** @typedef {import('./digits.mjs').Digits} Digits */

const batch = 100;

/** A training as data that JSON can write. @typedef {{ position: number, arrays: string[], pruner: import('@synaprune/core').PrunerState }} Saved */

/**
 * A training of jax-js's own that is pruned on its way: the three marked lines are all there is to it.
 *
 * @param {Digits} digits
 * @param {{ seed: number, sparsity: number, steps: number }} options
 */
export function createTraining(digits, { seed, sparsity, steps }) {
  let params = createParams(seed);
  let velocity = tree.map((/** @type {JaxArray} */ array) => np.zerosLike(array.ref), params);
  let position = 0;

  const pruner = createPruner({
    backend: jaxBackend(), // 1
    weights: slotsOf(() => params),
    schedule: synapticRamp({ from: 0, to: sparsity, start: 0, end: 0.8 * steps }),
    select: { include: [/kernel$/] },
  });

  return {
    pruner,
    params: () => params,

    /** Trains up to a position, and gives the mean error on the way. @param {number} until */
    async train(until) {
      let sum = 0;
      const count = until - position;
      for (; position < until; position += 1) {
        if (position % 20 === 0) await pruner.update(position); // 2
        const { pixels, labels } = batchOf(digits, seed, position);
        const made = step(params, velocity, pixels, labels);
        ({ params, velocity } = made);
        pruner.enforceSync(); // 3
        sum += (await made.error.data())[0] ?? 0;
      }
      return sum / count;
    },

    /** Everything that the rest of the training depends on. @returns {Promise<Saved>} */
    async save() {
      return {
        position,
        arrays: await Promise.all(tree.leaves([params, velocity]).map(textOf)),
        pruner: await pruner.save(),
      };
    },

    /** @param {Saved} saved */
    async restore(saved) {
      const [old, shapes] = tree.flatten(/** @type {any} */ ([params, velocity]));
      const arrays = saved.arrays.map((text, i) => arrayOf(text, old[i].shape));
      [params, velocity] = /** @type {any} */ (tree.unflatten(shapes, arrays));
      tree.dispose(old);
      position = saved.position;
      await pruner.restore(saved.pruner);
    },

    dispose() {
      pruner.dispose();
      tree.dispose([params, velocity]);
    },
  };
}

/** The share of digits that are read as what they are. @param {import('./network.mjs').Params} params @param {Digits} digits */
export async function accuracyOf(params, { pixels, labels }) {
  const pictures = np.array(pixels, { shape: [labels.length, 784] });
  const read = await readDigits(tree.ref(params), pictures).data();
  return labels.filter((label, i) => label === read[i]).length / labels.length;
}

/** Which digits are seen at a step follows from the step, so that a training can be taken up anywhere. @param {Digits} digits @param {number} seed @param {number} position */
function batchOf({ pixels, labels }, seed, position) {
  const draw = chance(Math.imul(seed, 0x9e3779b1) ^ position);
  const chosen = Int32Array.from({ length: batch }, () => Math.floor(draw() * labels.length));
  const seen = new Float32Array(784 * batch);
  for (const [i, index] of chosen.entries())
    seen.set(pixels.subarray(784 * index, 784 * (index + 1)), 784 * i);
  return {
    pixels: np.array(seen, { shape: [batch, 784] }),
    labels: np.array(chosen.map((index) => labels[index] ?? 0)),
  };
}

/** @param {JaxArray} array */
async function textOf(array) {
  const { buffer } = await array.ref.data();
  return toBase64(new Uint8Array(buffer));
}

/** @param {string} text @param {number[]} shape */
function arrayOf(text, shape) {
  const bytes = fromBase64(text);
  if (bytes === undefined) throw new Error('the saved training is damaged');
  return np.array(new Float32Array(bytes.slice().buffer), { shape });
}
