import { type Item, randomMagnitude } from '@synaprune/core';
import { elementsOf } from '@synaprune/core/checks';
import { floatsOfHalves, rankHalves } from './half-floats.js';
import {
  type HalfFormat,
  type HostMask,
  type HostWeight,
  isStored,
  type StoredWeight,
  valuesOf,
} from './host-weight.js';
import type { Part, Ranking } from './kernels.js';
import { rankBytes } from './rank-bytes.js';
import { createCoded } from './stored/coded.js';
import type { AnyPart } from './stored/with-codes.js';

/** A weight, ranked by its score, as kernels take it. */
export function partOf({ weight, mask, score }: Item<HostWeight, HostMask>): AnyPart {
  const ranks = score.kind === 'tensor' ? score.tensor : weight;
  const { elements, words } = mask;
  const coded = isCoded(weight) ? createCoded(weight.bytes, weight.codes, elements, weight.first) : undefined;
  const bits = coded === undefined ? createView(weight) : () => NO_BITS;
  const ranking =
    ranks === weight && coded !== undefined
      ? () => coded.ranking
      : rankingOf(ranks, ranks === weight ? bits : undefined, elements);
  const part: Part = {
    elements,
    words,
    get bits() {
      return bits();
    },
    get ranking() {
      return score.kind === 'random' ? rankAtRandom(score.seed) : ranking();
    },
  };
  if (coded === undefined) return part;
  // Not by a spread, which would ask for what may be made anew.
  return Object.assign(part, { coded, ranksByCodes: score.kind !== 'random' && ranks === weight });
}

/** The values as floats: the very ones, or without a sign what codes and sixteen bits stand for. */
export function floatsOf(weight: HostWeight): Float32Array {
  if (isStored(weight)) return floatsOfStored(weight);
  const values = valuesOf(weight);
  return values instanceof Float32Array
    ? values
    : floatsOfHalves(values, (weight as { format: HalfFormat }).format);
}

function floatsOfStored(weight: StoredWeight): Float32Array {
  const elements = elementsOf(weight.shape);
  const bits = new Int32Array(elements);
  const ranking = isCoded(weight)
    ? createCoded(weight.bytes, weight.codes, elements, weight.first).ranking
    : rankBytes(weight.bytes);
  ranking(0, elements, bits);
  return new Float32Array(bits.buffer);
}

const NO_BITS = new Int32Array(0);

function isCoded(weight: HostWeight): weight is Extract<StoredWeight, { readonly codes: unknown }> {
  return isStored(weight) && 'codes' in weight;
}

function rankingOf(
  ranks: HostWeight,
  own: (() => Part['bits']) | undefined,
  elements: number,
): () => Ranking {
  if (isCoded(ranks)) {
    const { ranking } = createCoded(ranks.bytes, ranks.codes, elements, ranks.first);
    return () => ranking;
  }
  const view = own ?? createView(ranks);
  return () => {
    const bits = view();
    if (bits instanceof Int32Array) return bits;
    return bits instanceof Uint8Array
      ? rankBytes(bits)
      : rankHalves(bits, (ranks as { format: HalfFormat }).format);
  };
}

/** The bits of a weight. The view is made anew when a memory has grown and taken the old one. */
function createView(weight: HostWeight): () => Part['bits'] {
  let view = bitsOf(weight);
  return () => {
    if (view.length === 0) view = bitsOf(weight);
    return view;
  };
}

function bitsOf(weight: HostWeight): Part['bits'] {
  if (isStored(weight)) {
    const { buffer, byteOffset, length } = weight.bytes;
    return byteOffset % 4 === 0 ? new Int32Array(buffer, byteOffset, length / 4) : weight.bytes;
  }
  // One view and not two: they are dear to make.
  if ('memory' in weight)
    return new Int32Array(weight.memory.buffer, weight.byteOffset, elementsOf(weight.shape));
  const values = valuesOf(weight);
  return values instanceof Uint16Array
    ? values
    : new Int32Array(values.buffer, values.byteOffset, values.length);
}

function rankAtRandom(seed: number): Ranking {
  return (from, to, into) => {
    for (let i = from; i < to; i += 1) into[i - from] = randomMagnitude(seed, i);
  };
}
