// @ts-check
import { numpy as np } from '@jax-js/jax';
import { findCutByCounting, randomMagnitude } from '@synaprune/core';
import * as kernels from './kernels.mjs';
import { arrayIn } from './slots.mjs';

/** @typedef {np.Array} JaxArray */
/** @typedef {import('./jax-backend.mjs').Mask} Mask */
/** @typedef {import('@synaprune/core').Item<import('./slots.mjs').Slot, Mask>} Item */
/** @typedef {import('@synaprune/core').CutGroup<import('./slots.mjs').Slot, Mask>} Group */

/** Small arrays of integers, one after another; they are used up. @param {JaxArray[]} arrays @returns {Promise<number[]>} */
export async function readAll(arrays) {
  const read = await Promise.all(arrays.map((array) => array.data()));
  return read.flatMap((/** @type {ArrayLike<number>} */ numbers) => Array.from(numbers));
}

/**
 * Counting, and choosing what goes.
 *
 * @param {import('@jax-js/jax').Device} device
 */
export function createChooser(device) {
  const waits = device === 'webgpu' || device === 'webgl';
  /** Few a round is least work, many a round fewest rounds: for devices that make us wait, and where there is no work. @param {readonly Item[]} items */
  const searchAmong = (items) => ({
    cutsPerRound: waits || items.reduce((sum, { mask }) => sum + mask.kept.size, 0) < 2 ** 14 ? 15 : 1,
  });

  /** @param {readonly number[]} numbers */
  const integers = (numbers) => np.array(Int32Array.from(numbers), { device });

  /** What ranks an item, as a reference that the caller owns. @param {Item} item */
  const rankingOf = ({ weight, score }) => {
    if (score.kind === 'magnitude') return arrayIn(weight, device).ref;
    if (score.kind === 'tensor') return arrayIn(score.tensor, device).ref;
    const { size } = arrayIn(weight, device);
    const magnitudes = Uint32Array.from({ length: size }, (_, i) => randomMagnitude(score.seed, i));
    return np.array(new Float32Array(magnitudes.buffer), { device });
  };

  /**
   * Works with what ranks some items, looked up once: a random ranking is made on the host and sent.
   *
   * @template Result
   * @param {readonly Item[]} items
   * @param {(rankings: readonly JaxArray[]) => Promise<Result>} work
   */
  const withRankings = async (items, work) => {
    /** @type {JaxArray[]} */
    const rankings = [];
    try {
      for (const item of items) rankings.push(rankingOf(item));
      return await work(rankings);
    } finally {
      for (const ranking of rankings) ranking.dispose();
    }
  };

  /** @param {readonly Item[]} items @param {readonly JaxArray[]} rankings @param {readonly number[]} magnitudes */
  const countBelow = async (items, rankings, magnitudes) => {
    const limits = integers(magnitudes.map((magnitude) => magnitude - 1));
    const counts = items.map(({ mask }, n) => kernels.countUpTo(rankings[n].ref, mask.kept.ref, limits.ref));
    limits.dispose();
    const flat = await readAll(counts);
    return magnitudes.map((_, m) => items.map((_, n) => flat[n * magnitudes.length + m]));
  };

  /** @param {readonly Item[]} items @param {readonly JaxArray[]} rankings @param {number} count */
  const findCut = (items, rankings, count) => {
    const search = findCutByCounting(
      (_, magnitudes) => countBelow(items, rankings, magnitudes),
      searchAmong(items),
    );
    return search(items, count);
  };

  /** How many ties of an item lie before each index. @param {Item} item @param {JaxArray} ranking @param {JaxArray} cut @param {readonly number[]} indexes */
  const countTies = ({ mask }, ranking, cut, indexes) =>
    kernels.countTies(ranking.ref, mask.kept.ref, cut.ref, integers(indexes.map((index) => index - 1)));

  /** The index of a group's last tie, found as cuts are: by counting what lies below. */
  const lastTie = async (
    /** @type {Item} */ item,
    /** @type {JaxArray} */ ranking,
    /** @type {JaxArray} */ cut,
    /** @type {number} */ ties,
  ) => {
    const search = findCutByCounting(
      async (_, indexes) => (await readAll([countTies(item, ranking, cut, indexes)])).map((count) => [count]),
      searchAmong([item]),
    );
    return (await search([], ties)).magnitude;
  };

  /** The masks of one group without what its cut takes. @param {Group} group @param {Map<Mask, JaxArray>} next */
  const chooseGroup = ({ items, cut: { magnitude, ties } }, next) =>
    withRankings(items, async (rankings) => {
      const cut = integers([magnitude]);
      try {
        const all = await readAll(
          items.map((item, n) => countTies(item, rankings[n], cut, [item.mask.kept.size])),
        );
        let left = ties;
        for (const [n, item] of items.entries()) {
          const taken = Math.min(left, all[n]);
          const last =
            taken === 0
              ? -1
              : taken === all[n]
                ? item.mask.kept.size
                : await lastTie(item, rankings[n], cut, taken);
          left -= taken;
          next.set(item.mask, kernels.drop(rankings[n].ref, item.mask.kept.ref, cut.ref, integers([last])));
        }
      } finally {
        cut.dispose();
      }
    });

  /** What the masks become; nothing has changed yet. @param {readonly Group[]} groups */
  const choose = async (groups) => {
    /** @type {Map<Mask, JaxArray>} */
    const next = new Map();
    try {
      for (const group of groups) await chooseGroup(group, next);
      return next;
    } catch (error) {
      for (const kept of next.values()) kept.dispose();
      throw error;
    }
  };

  return { withRankings, countBelow, findCut, choose };
}
