// @ts-check
/* A network of two layers as one writes it for jax-js. Nothing here knows of pruning. */
import { jit, nn, numpy as np, tree, valueAndGrad } from '@jax-js/jax';
import { chance } from './chance.mjs';

/** @typedef {np.Array} JaxArray */
/** @typedef {{ kernel: JaxArray, bias: JaxArray }} Layer */
/** @typedef {{ hidden: Layer, output: Layer }} Params */

/** @param {number} seed @returns {Params} */
export function createParams(seed) {
  const draw = chance(seed);
  /** @param {number} inputs @param {number} outputs @returns {Layer} */
  const layer = (inputs, outputs) => {
    const reach = Math.sqrt(6 / (inputs + outputs));
    const kernel = Float32Array.from({ length: inputs * outputs }, () => reach * (2 * draw() - 1));
    return {
      kernel: np.array(kernel, { shape: [inputs, outputs] }),
      bias: np.zeros([outputs]),
    };
  };
  return { hidden: layer(784, 64), output: layer(64, 10) };
}

/** @param {Params} params @param {JaxArray} pixels */
function logits({ hidden, output }, pixels) {
  const seen = nn.relu(np.dot(pixels, hidden.kernel).add(hidden.bias));
  return np.dot(seen, output.kernel).add(output.bias);
}

/** @param {Params} params @param {JaxArray} pixels @param {JaxArray} labels */
function loss(params, pixels, labels) {
  const right = nn.oneHot(labels, 10);
  return nn.logSoftmax(logits(params, pixels)).mul(right).sum(1).mean().neg();
}

/** One step of gradient descent with momentum. It takes what it is given, and gives the next. */
export const step = jit(
  /** @param {Params} params @param {Params} velocity @param {JaxArray} pixels @param {JaxArray} labels */
  (params, velocity, pixels, labels) => {
    const [error, gradients] = valueAndGrad(loss)(tree.ref(params), pixels, labels);
    /** @type {Params} */
    const next = tree.map(
      (/** @type {JaxArray} */ v, /** @type {JaxArray} */ g) => v.mul(0.9).add(g),
      velocity,
      gradients,
    );
    return {
      params: tree.map(
        (/** @type {JaxArray} */ p, /** @type {JaxArray} */ v) => p.sub(v.mul(0.05)),
        params,
        tree.ref(next),
      ),
      velocity: next,
      error,
    };
  },
);

/** The digit that each picture is read as. */
export const readDigits = jit(
  /** @param {Params} params @param {JaxArray} pixels */
  (params, pixels) => np.argmax(logits(params, pixels), 1),
);
