import { PruneError } from '../checks/errors.js';
import { quote } from '../checks/legible.js';
import { allSettled } from '../checks/settle.js';
import type { CutGroup, TensorBackend } from '../contract/backend.js';
import { INFINITY_MAGNITUDE } from '../contract/magnitude.js';
import type { BoundedStock } from './cut-within.js';
import type { RescalingFunction } from './distributions/index.js';
import { readMagnitudes } from './patterns/read-magnitudes.js';

/** A lot that is ranked with others by scores made comparable. */
interface RescaledStock<Weight, Mask> extends BoundedStock<Weight, Mask> {
  readonly name: string;
  readonly elements: number;
}

/**
 * Cuts that take exactly `count` units: those whose rescaled scores are the lowest of all, of equals those of the earlier
 * lot, and of every lot within its bounds. Which of a lot these are is its own ranking: rescaling does not change it.
 *
 * @throws PruneError `unsupported` when the backend cannot read
 */
export async function cutRescaled<Weight, Mask>(
  backend: TensorBackend<Weight, Mask>,
  stock: readonly RescaledStock<Weight, Mask>[],
  count: number,
  rescale: RescalingFunction,
): Promise<CutGroup<Weight, Mask>[]> {
  const lists = await allSettled(stock.map((lot) => rescaled(backend, lot, rescale)));
  const all = new Float64Array(lists.reduce((length, list) => length + list.length, 0));
  let at = 0;
  for (const list of lists) {
    all.set(list, at);
    at += list.length;
  }
  const limit = all.sort()[count - 1]!;
  let ties = count - all.indexOf(limit);
  const taken = lists.map((list) => {
    const below = list.filter((score) => score < limit).length;
    const equal = Math.min(ties, list.filter((score) => score === limit).length);
    ties -= equal;
    return below + equal;
  });
  const cuts = stock.map(async ({ item }, i): Promise<CutGroup<Weight, Mask>[]> => {
    const own = taken[i]!;
    return own === 0 ? [] : [{ items: [item], cut: await backend.findCut([item], own) }];
  });
  return (await allSettled(cuts)).flat();
}

/** The rescaled scores of what may be taken of a lot, ascending. */
async function rescaled<Weight, Mask>(
  backend: TensorBackend<Weight, Mask>,
  { name, elements, item, lower, upper }: RescaledStock<Weight, Mask>,
  rescale: RescalingFunction,
): Promise<Float64Array> {
  if (upper === 0) return new Float64Array(0);
  const kind = rescale.kind ?? 'custom';
  const needs = `the distribution ${kind} needs the verb read of a backend`;
  const magnitudes = await readMagnitudes(backend, item, { elements, needs });
  const bits = await backend.readMask(item.mask);
  const own = magnitudes.filter((_, i) => ((bits[i >> 3]! >> (i % 8)) & 1) === 1).sort();
  const finite = own.findLastIndex((magnitude) => magnitude < INFINITY_MAGNITUDE) + 1;
  const scores = Float64Array.from(new Float32Array(own.buffer, 0, finite));
  const given: unknown = rescale(scores);
  if (
    !(given instanceof Float64Array) ||
    given.length !== finite ||
    !given.every((score, i) => score >= (given[i - 1] ?? Number.NEGATIVE_INFINITY))
  ) {
    throw new PruneError(
      'invalid-sparsity',
      `the distribution ${kind} must give ${finite} ascending numbers for the scores of ${quote(name)}`,
    );
  }
  const list = new Float64Array(own.length).fill(Number.POSITIVE_INFINITY);
  list.set(given);
  // What has to go comes before all others.
  return list.fill(Number.NEGATIVE_INFINITY, 0, lower).subarray(0, upper);
}
