import { type Item, randomMagnitude } from '@synaprune/core';
import { floatsOfHalves, rankHalves } from './half-floats.js';
import { type HalfFormat, type HostMask, type HostWeight, valuesOf } from './host-weight.js';
import type { Part, Ranking } from './kernels.js';

/** A weight, ranked by its score, as kernels take it. */
export function partOf({ weight, mask, score }: Item<HostWeight, HostMask>): Part {
  const ranks = score.kind === 'tensor' ? score.tensor : weight;
  const bits = viewOf(() => bitsOf(weight));
  const ranking = ranks === weight ? bits : viewOf(() => bitsOf(ranks));
  return {
    elements: mask.elements,
    words: mask.words,
    get bits() {
      return bits();
    },
    get ranking() {
      return score.kind === 'random' ? rankAtRandom(score.seed) : rankingOf(ranks, ranking());
    },
  };
}

/** A view that is made anew when a memory has grown and taken the old one. */
export function viewOf<View extends ArrayLike<number>>(make: () => View): () => View {
  let view = make();
  return () => {
    if (view.length === 0) view = make();
    return view;
  };
}

/** The bits of a weight. */
export function bitsOf(weight: HostWeight): Int32Array | Uint16Array {
  const values = valuesOf(weight);
  return values instanceof Uint16Array
    ? values
    : new Int32Array(values.buffer, values.byteOffset, values.length);
}

/** What the bits of a weight rank by. */
export function rankingOf(weight: HostWeight, bits: Int32Array | Uint16Array): Ranking {
  return bits instanceof Int32Array ? bits : rankHalves(bits, (weight as { format: HalfFormat }).format);
}

export function rankAtRandom(seed: number): Exclude<Ranking, Int32Array> {
  return (from, to, into) => {
    for (let i = from; i < to; i += 1) into[i - from] = randomMagnitude(seed, i);
  };
}

/** The values as floats: the very ones, or what sixteen bits stand for. */
export function floatsOf(weight: HostWeight): Float32Array {
  const values = valuesOf(weight);
  return values instanceof Float32Array
    ? values
    : floatsOfHalves(values, (weight as { format: HalfFormat }).format);
}
