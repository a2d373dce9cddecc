import type { Item } from '@synaprune/core';
import { elementsOf } from '@synaprune/core/checks';
import type { HostMask } from '../host-weight.js';
import type { Part, Ranking } from '../kernels.js';
import { bitsOf, floatsOf, rankAtRandom, rankingOf, viewOf } from '../part-of.js';
import { rankBytes } from '../rank-bytes.js';
import { createCoded } from './codes/coded.js';
import { type AnyWeight, isCoded, isStored, type StoredWeight } from './stored-weight.js';
import type { AnyPart } from './with-codes.js';

/** A weight, ranked by its score, as {@link storedLoops} take it. */
export function storedPartOf({ weight, mask, score }: Item<AnyWeight, HostMask>): AnyPart {
  const ranks = score.kind === 'tensor' ? score.tensor : weight;
  const { elements, words } = mask;
  const coded = isCoded(weight) ? createCoded(weight.bytes, weight.codes, elements, weight.first) : undefined;
  const bits = coded === undefined ? viewOf(() => bitsOfAny(weight)) : () => NO_BITS;
  const ranking =
    ranks === weight && coded !== undefined
      ? () => coded.ranking
      : rankingOfAny(ranks, ranks === weight ? bits : undefined, elements);
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
export function storedFloatsOf(weight: AnyWeight): Float32Array {
  if (!isStored(weight)) return floatsOf(weight);
  const elements = elementsOf(weight.shape);
  const bits = new Int32Array(elements);
  const ranking = isCoded(weight)
    ? createCoded(weight.bytes, weight.codes, elements, weight.first).ranking
    : rankBytes(weight.bytes);
  ranking(0, elements, bits);
  return new Float32Array(bits.buffer);
}

const NO_BITS = new Int32Array(0);

function rankingOfAny(
  ranks: AnyWeight,
  own: (() => Part['bits']) | undefined,
  elements: number,
): () => Ranking {
  if (isCoded(ranks)) {
    const { ranking } = createCoded(ranks.bytes, ranks.codes, elements, ranks.first);
    return () => ranking;
  }
  const view = own ?? viewOf(() => bitsOfAny(ranks));
  return () => {
    const bits = view();
    if (bits instanceof Uint8Array) return rankBytes(bits);
    return isStored(ranks) ? (bits as Int32Array) : rankingOf(ranks, bits);
  };
}

function bitsOfAny(weight: AnyWeight): Part['bits'] {
  return isStored(weight) ? bitsOfBytes(weight) : bitsOf(weight);
}

function bitsOfBytes({ bytes }: StoredWeight): Int32Array | Uint8Array {
  const { buffer, byteOffset, length } = bytes;
  return byteOffset % 4 === 0 ? new Int32Array(buffer, byteOffset, length / 4) : bytes;
}
