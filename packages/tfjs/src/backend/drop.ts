import type { Awaitable, Cut, CutGroup, Item } from '@synaprune/core';
import * as tf from '@tensorflow/tfjs-core';
import { countInPieces, splitPieces, total } from './counts.js';
import { type Device, settle } from './device.js';
import { type OwnedMask, replaceKept } from './mask.js';
import { atCut, belowCut, concatenate, joinSmall, rank } from './ranking.js';

type OwnedItem = Item<tf.Variable, OwnedMask>;

/** Neighbouring items' part of a cut: which magnitude, and how many of the elements exactly there. */
interface Share {
  readonly items: readonly OwnedItem[];
  readonly magnitude: number;
  readonly take: number;
  /** Elements exactly at the magnitude, piece by piece; empty where none is taken. */
  readonly tied: readonly number[];
}

/** What a drop changes. */
export type Drops = 'masks' | 'masks and weights';

/**
 * Drops what the cuts take, and zeroes every dropped element where the weights are asked for too. Nothing is written
 * before everything is computed.
 *
 * @param recheck throws when a weight can no longer be written; called after every wait
 */
export function dropCuts(
  device: Device,
  groups: readonly CutGroup<tf.Variable, OwnedMask>[],
  drops: Drops,
  recheck: () => void,
): Awaitable<void> {
  const cuts = groups.map(({ items, cut }) => ({ parts: joinSmall(items), cut }));
  const makers = cuts.flatMap(({ parts, cut }) =>
    parts.map((items) => () => {
      return cut.ties === 0 ? undefined : atCut(rank(items), cut.magnitude, device.subnormals);
    }),
  );
  return settle(countInPieces(device, makers), (counts) => {
    recheck();
    apply(device, shareTies(cuts, counts), drops);
  });
}

/** Hands out each cut's ties in the order of its items. */
function shareTies(
  cuts: readonly { readonly parts: readonly (readonly OwnedItem[])[]; readonly cut: Cut }[],
  counts: readonly (readonly number[])[],
): Share[] {
  let next = 0;
  return cuts.flatMap(({ parts, cut }) => {
    let quota = cut.ties;
    return parts.map((items) => {
      const tied = counts[next++]!;
      const take = Math.min(quota, total(tied));
      quota -= take;
      return { items, magnitude: cut.magnitude, take, tied };
    });
  });
}

function apply(device: Device, shares: readonly Share[], drops: Drops): void {
  tf.tidy(() => {
    const results = shares.flatMap((share) => {
      const kept = tf.tidy(() => prune(device, share));
      return share.items.map((item, i) => ({ item, kept: kept[i]! }));
    });
    const values = results.map(({ item: { weight }, kept }) =>
      drops === 'masks' ? undefined : tf.tidy(() => maskValues(kept, weight as tf.Tensor)),
    );
    for (const [i, { item, kept }] of results.entries()) {
      replaceKept(item.mask, kept);
      if (values[i] !== undefined) item.weight.assign(values[i]);
    }
  });
}

/** The masks as they are after the cut. */
function prune(device: Device, { items, magnitude, take, tied }: Share): tf.Tensor[] {
  const ranking = rank(items);
  const below = belowCut(ranking, magnitude, device.subnormals);
  const ties = take === 0 ? undefined : firstTrue(atCut(ranking, magnitude, device.subnormals)!, take, tied);
  const dropped = [below, ties].filter((flags) => flags !== undefined);
  const left = dropped.reduce<tf.Tensor1D>(
    (flags, gone) => tf.logicalAnd(flags, tf.logicalNot(gone)),
    ranking.kept,
  );
  let at = 0;
  return items.map(({ weight: { size, shape } }) => {
    at += size;
    return tf.reshape(items.length === 1 ? left : tf.slice1d(left, at - size, size), shape);
  });
}

/** `kept ? value : +0`. A product would leave −0 and NaN behind. Inside a tidy. */
export function maskValues<Values extends tf.Tensor>(kept: tf.Tensor, values: Values): Values {
  return tf.where(kept, values, tf.zerosLike(values)) as Values;
}

/** The first `take` true flags, given how many are true in each piece. Inside a tidy. */
function firstTrue(flags: tf.Tensor1D, take: number, counts: readonly number[]): tf.Tensor1D {
  if (take === total(counts)) return flags;
  let left = take;
  const pieces = splitPieces(flags).map((piece, i): tf.Tensor1D => {
    const quota = left;
    left = Math.max(0, left - counts[i]!);
    if (quota >= counts[i]!) return piece;
    // A piece is small enough for a running count in float32 to be exact.
    return tf.logicalAnd(piece, tf.lessEqual(tf.cumsum<tf.Tensor1D>(tf.cast(piece, 'float32')), quota));
  });
  return concatenate(pieces);
}
