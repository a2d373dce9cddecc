// @ts-check
/*
 * What the device does, compiled by jax-js, once for each shape. Everything is compared as integers, so that no NaN
 * and no subnormal is lost on the way. As everywhere in jax-js, a function owns the arrays it is given.
 */
import { jit, lax, numpy as np } from '@jax-js/jax';

/** @typedef {np.Array} JaxArray */

const { int32 } = np;

/** @param {JaxArray} values */
const bitsOf = (values) => lax.bitcastConvertType(values, int32).reshape([-1]);
/** Integers that rank as the contract wants. @param {JaxArray} values */
const magnitudesOf = (values) => np.bitwiseAnd(bitsOf(values), 0x7fffffff);

/** How many are true in each row. A sum of booleans would be a boolean. @param {JaxArray} rows */
const countRows = (rows) => rows.astype(int32).sum(1);
/** @param {JaxArray} array */
const row = (array) => array.reshape([1, -1]);
/** @param {JaxArray} array */
const column = (array) => array.reshape([-1, 1]);
/** @param {number} elements */
const indexes = (elements) => np.arange(0, elements, 1, { dtype: int32 });

/**
 * A mask that keeps all. Unlike `np.ones`, which takes memory when it is first used, it is there at once.
 */
export const keepAll = jit(/** @param {JaxArray} values */ (values) => magnitudesOf(values).greaterEqual(0));

export const countKept = jit(/** @param {JaxArray} kept */ (kept) => countRows(row(kept)));

/** How many kept elements have a magnitude of at most each limit. */
export const countUpTo = jit(
  /** @param {JaxArray} values @param {JaxArray} kept @param {JaxArray} limits */
  (values, kept, limits) =>
    countRows(np.logicalAnd(row(kept), row(magnitudesOf(values)).lessEqual(column(limits)))),
);

/** How many kept elements exactly at the cut have an index of at most each limit. */
export const countTies = jit(
  /** @param {JaxArray} values @param {JaxArray} kept @param {JaxArray} cut @param {JaxArray} limits */
  (values, kept, cut, limits) => {
    const early = row(indexes(kept.size)).lessEqual(column(limits));
    const ties = np.logicalAnd(kept, magnitudesOf(values).equal(cut));
    return countRows(np.logicalAnd(row(ties), early));
  },
);

/** The mask without the elements below the cut, and without those at it up to an index. */
export const drop = jit(
  /** @param {JaxArray} values @param {JaxArray} kept @param {JaxArray} cut @param {JaxArray} last */
  (values, kept, cut, last) => {
    const magnitudes = magnitudesOf(values);
    const late = indexes(kept.size).greater(last);
    const spared = np.logicalAnd(magnitudes.ref.equal(cut.ref), late);
    return np.logicalAnd(kept, np.logicalOr(magnitudes.greater(cut), spared));
  },
);

/** The weight with +0 where the mask drops. */
export const enforce = jit(
  /** @param {JaxArray} values @param {JaxArray} kept */
  (values, kept) => {
    const { shape } = values;
    return lax.bitcastConvertType(np.where(kept, bitsOf(values), 0), np.float32).reshape(shape);
  },
);

export const or = jit(/** @param {JaxArray} a @param {JaxArray} b */ (a, b) => np.logicalOr(a, b));
export const andNot = jit(
  /** @param {JaxArray} a @param {JaxArray} b */ (a, b) => np.logicalAnd(a, np.logicalNot(b)),
);

/** A mask as words of 32 bits, so that no more than a bit an element leaves the device. */
export const pack = jit(
  /** @param {JaxArray} kept */
  (kept) => {
    const missing = (32 - (kept.size % 32)) % 32;
    const bits = np.pad(kept.astype(int32), [[0, missing]]).reshape([-1, 32]);
    return np.leftShift(bits, row(indexes(32))).sum(1);
  },
);

/** The other way. `like` is a mask of the wanted length. */
export const unpack = jit(
  /** @param {JaxArray} words @param {JaxArray} like */
  (words, like) => {
    const elements = like.size;
    like.dispose();
    const bits = np.bitwiseAnd(np.rightShift(column(words), row(indexes(32))), 1);
    return bits.reshape([-1]).slice([0, elements]).astype(np.bool);
  },
);
