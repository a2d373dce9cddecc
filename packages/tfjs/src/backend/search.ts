import { type Awaitable, type Cut, findCutByCounting, type Item } from '@synaprune/core';
import * as tf from '@tensorflow/tfjs-core';
import { countInPieces, total } from './counts.js';
import { type Device, settle } from './device.js';
import type { TfjsMask } from './mask.js';
import { belowCut, joinSmall, type RankTensors, rank } from './ranking.js';

type TfjsItem = Item<tf.Variable, TfjsMask>;

/** `countBelow` of the contract, over items that were checked. */
export function countBelow(
  device: Device,
  items: readonly TfjsItem[],
  magnitudes: readonly number[],
): Awaitable<number[][]> {
  const apart = items.map((item) => [item]);
  return withRankings(apart, (rankings) => countRanked(device, rankings, magnitudes));
}

/**
 * `findCut` of the contract, by counting again and again over scores prepared once. A cut needs no item's own
 * count, so that small items are counted together: fewer operations, and fewer counts to read.
 */
export function searchCut(
  device: Device,
  items: readonly TfjsItem[],
  count: number,
  cutsPerRound: number,
): Awaitable<Cut> {
  return withRankings(joinSmall(items), (rankings) => {
    const countAll = (_: readonly TfjsItem[], magnitudes: readonly number[]) => {
      // Between two rounds the caller's code runs, which may switch backends.
      device.requireCurrent();
      return countRanked(device, rankings, magnitudes);
    };
    return findCutByCounting<tf.Variable, TfjsMask>(countAll, { cutsPerRound })(items, count);
  });
}

function countRanked(
  device: Device,
  rankings: readonly RankTensors[],
  magnitudes: readonly number[],
): Awaitable<number[][]> {
  const makers = magnitudes.flatMap((magnitude) =>
    rankings.map((ranking) => () => belowCut(ranking, magnitude, device.subnormals)),
  );
  const width = rankings.length;
  return settle(countInPieces(device, makers), (counts) =>
    magnitudes.map((_, i) => counts.slice(i * width, (i + 1) * width).map(total)),
  );
}

/** Prepares the scores of all items, group by group, and gives them back when `use` is done, however it ends. */
function withRankings<Result>(
  groups: readonly (readonly TfjsItem[])[],
  use: (rankings: readonly RankTensors[]) => Awaitable<Result>,
): Awaitable<Result> {
  const rankings = tf.tidy(() => {
    const all = groups.map((items) => tf.tidy(() => ({ ...rank(items) })));
    for (const tensor of all.flatMap(tensorsOf)) tf.keep(tensor);
    return all;
  });
  const release = () => tf.dispose(rankings.flatMap(tensorsOf));
  let result: Awaitable<Result>;
  try {
    result = use(rankings);
  } catch (error) {
    release();
    throw error;
  }
  if (result instanceof Promise) return result.finally(release);
  release();
  return result;
}

function tensorsOf({ kept, magnitudes, nans }: RankTensors): tf.Tensor[] {
  return [kept, magnitudes, nans];
}
