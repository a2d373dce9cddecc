// @ts-check
import { Array as JaxArray } from '@jax-js/jax';
import { PruneError } from '@synaprune/core';

/**
 * The place where an array lies. jax-js never changes an array: a step makes new ones, and only the place stays.
 *
 * @typedef {object} Slot
 * @property {() => JaxArray} get the array that lies there now; no reference is taken
 * @property {(array: JaxArray) => void} set puts another one there; it is the place's from then on
 */

/** Parameters as jax-js has them: arrays in objects and lists. @typedef {import('@jax-js/jax').JsTree<JaxArray>} Tree */

/**
 * The arrays of a tree of parameters, by their paths: `hidden.kernel`. The tree is asked for at every access, so it
 * may be replaced whole, as `params = step(params)` does.
 *
 * @param {() => Tree} tree
 * @returns {{ name: string, weight: Slot }[]} a list for `createPruner`
 */
export function slotsOf(tree) {
  return [...pathsOf(tree(), [])].map((path) => ({ name: path.join('.'), weight: slotAt(tree, path) }));
}

/** @param {() => Tree} tree @param {readonly string[]} path @returns {Slot} */
function slotAt(tree, path) {
  const last = path.at(-1);
  if (last === undefined) throw new TypeError('slotsOf needs a tree of arrays; it got one array');
  /** @returns {any} what holds the array, whatever kind of tree it is */
  const holder = () => path.slice(0, -1).reduce((/** @type {any} */ node, key) => node?.[key], tree());
  return {
    get: () => holder()?.[last],
    set: (array) => {
      holder()[last] = array;
    },
  };
}

/** @param {Tree} node @param {readonly string[]} path @returns {Generator<readonly string[]>} */
function* pathsOf(node, path) {
  if (node instanceof JaxArray) yield path;
  else for (const [key, child] of Object.entries(node)) yield* pathsOf(child, [...path, key]);
}

/**
 * What lies in a slot, when it is an array that can be pruned.
 *
 * @param {Slot} slot
 * @param {string} device
 * @returns {JaxArray} no reference is taken
 */
export function arrayIn(slot, device) {
  const array = slot.get();
  if (!(array instanceof JaxArray)) {
    throw new PruneError(
      'weight-changed',
      `a weight is no array of jax-js: ${typeof array}, or traced by grad or jit`,
    );
  }
  if (array.refCount < 1)
    throw new PruneError('weight-changed', `${array.toString()}, a weight, is disposed of`);
  if (array.dtype !== 'float32') {
    throw new PruneError('unsupported', `a weight is ${array.dtype}; only float32 can be pruned`);
  }
  if (array.device !== device) {
    throw new PruneError('unsupported', `a weight is on ${array.device}, and its backend is for ${device}`);
  }
  return array;
}
