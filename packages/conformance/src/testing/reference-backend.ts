import { type BackendManifest, magnitudeOf, PruneError, randomMagnitude } from '@synaprune/core';
import type {
  Ledger,
  ReferenceBackend,
  ReferenceItem,
  ReferenceMasked,
  ReferenceWeight,
  ScoreOf,
} from './reference.js';
import { blockVerbs } from './reference-blocks.js';
import { rankingWithin } from './reference-groups.js';

/** The magnitude of an element by the item's score. */
export function scoreAt({ weight, score }: ReferenceItem, index: number): number {
  switch (score.kind) {
    case 'magnitude':
      return bitsAt(weight.values, index);
    case 'tensor':
      return bitsAt(score.tensor.values, index);
    case 'random':
      return randomMagnitude(score.seed, index);
  }
}

/** Bits without the sign; the detour over a number would change NaN payloads. */
function bitsAt(values: Float32Array, index: number): number {
  return Number.isNaN(values[index])
    ? new Uint32Array(values.buffer, values.byteOffset)[index]! & 0x7fffffff
    : magnitudeOf(values[index]!);
}

/** Throws unless every weight can be used. */
export function requireLive(items: readonly (ReferenceMasked & Partial<ReferenceItem>)[]): void {
  for (const { weight, score } of items) {
    for (const one of score?.kind === 'tensor' ? [weight, score.tensor] : [weight]) {
      if (!one.live) throw new PruneError('weight-changed', 'needed a live weight, got one that is gone');
    }
  }
}

/** Zeroes what an item's mask has dropped. */
export function zeroDropped({ weight, mask }: ReferenceMasked): void {
  mask.kept.forEach((kept, i) => {
    if (kept === 0) weight.values[i] = 0;
  });
}

const MANIFEST: BackendManifest = {
  name: 'reference',
  scores: ['magnitude', 'tensor', 'random'],
  subnormals: 'ordered',
  nanPayloads: 'ordered',
};

/** The verbs that rank elements, by any score. */
export function rankingVerbs(scoreOf: ScoreOf): Pick<ReferenceBackend, 'countBelow' | 'findCut' | 'drop'> {
  return {
    countBelow: (items, magnitudes) => {
      requireLive(items);
      const scores = items.map((item) => scoresKept(item, scoreOf));
      return magnitudes.map((magnitude) =>
        scores.map((own) => own.reduce((count, score) => (score < magnitude ? count + 1 : count), 0)),
      );
    },
    findCut: (items, count) => {
      requireLive(items);
      const sorted = joined(items.map((item) => scoresKept(item, scoreOf))).sort();
      const magnitude = sorted[count - 1]!;
      const ties = sorted.slice(0, count).filter((score) => score === magnitude).length;
      return { magnitude, ties };
    },
    drop: (groups) => {
      requireLive(groups.flatMap((group) => group.items));
      for (const { items, cut } of groups) {
        let quota = cut.ties;
        for (const item of items) {
          item.mask.kept.forEach((kept, i) => {
            if (kept === 0) return;
            const score = scoreOf(item, i);
            const tie = score === cut.magnitude && quota > 0;
            if (score < cut.magnitude || tie) item.mask.kept[i] = 0;
            if (tie) quota -= 1;
          });
        }
      }
    },
  };
}

/** A backend that is right because it is plain: every verb is the contract's sentence, in a loop. */
export function createReferenceBackend(ledger: Ledger): Required<ReferenceBackend> {
  const requireOne = (weight: ReferenceWeight): ReferenceWeight => {
    if (!weight.live) throw new PruneError('weight-changed', 'needed a live weight, got one that is gone');
    return weight;
  };
  const { pool, disposePooled, spread } = blockVerbs(ledger, scoreAt);
  const { rankWithin } = rankingWithin(scoreAt);
  const { drop, ...ranking } = rankingVerbs(scoreAt);
  return {
    contract: 1,
    manifest: MANIFEST,
    shape: (weight) => requireOne(weight).shape,
    extent: ({ values }) => ({ memory: values.buffer, byteOffset: 0, byteLength: values.byteLength }),
    read: (weight) => requireOne(weight).values,
    createMask: (weight) => {
      const { values, shape } = requireOne(weight);
      ledger.masks += 1;
      return { kept: new Uint8Array(values.length).fill(1), shape };
    },
    disposeMask: () => {
      ledger.masks -= 1;
    },
    ...ranking,
    drop,
    enforce: (items) => {
      requireLive(items);
      items.forEach(zeroDropped);
    },
    dropAndEnforce: (groups) => {
      drop(groups);
      groups.flatMap(({ items }) => items).forEach(zeroDropped);
    },
    countKept: (masks) => masks.map(({ kept }) => kept.reduce((sum, flag) => sum + flag, 0)),
    readMask: ({ kept }) => {
      const packed = new Uint8Array(Math.ceil(kept.length / 8));
      kept.forEach((flag, i) => {
        if (flag === 1) packed[i >> 3]! |= 1 << (i % 8);
      });
      return packed;
    },
    writeMask: ({ kept }, packed) => {
      kept.forEach((_, i) => {
        kept[i] = (packed[i >> 3]! >> (i % 8)) & 1;
      });
    },
    combine: (into, from, how) => {
      into.kept.forEach((flag, i) => {
        const other = from.kept[i]!;
        into.kept[i] = how === 'or' ? Math.max(flag, other) : flag * (1 - other);
      });
    },
    pool: (items, blocks) => {
      requireLive(items);
      return pool(items, blocks);
    },
    disposePooled,
    spread,
    rankWithin: (items, groups, into) => {
      requireLive(items);
      return rankWithin(items, groups, into);
    },
  };
}

function scoresKept(item: ReferenceItem, scoreOf: ScoreOf): Uint32Array {
  const { kept } = item.mask;
  const scores = new Uint32Array(kept.length);
  let count = 0;
  for (let i = 0; i < kept.length; i += 1) {
    if (kept[i] === 0) continue;
    scores[count] = scoreOf(item, i);
    count += 1;
  }
  return scores.subarray(0, count);
}

function joined(parts: readonly Uint32Array[]): Uint32Array {
  const all = new Uint32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
