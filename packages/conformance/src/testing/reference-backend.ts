import {
  type BackendManifest,
  type CutGroup,
  type Item,
  magnitudeOf,
  PruneError,
  randomMagnitude,
  type TensorBackend,
} from '@synaprune/core';

/** A weight of the reference backend. `live` goes when it is disposed of or spoiled. */
export interface ReferenceWeight {
  readonly values: Float32Array;
  readonly shape: readonly number[];
  live: boolean;
}

/** A mask with a byte an element. */
export interface ReferenceMask {
  readonly kept: Uint8Array;
}

export type ReferenceBackend = TensorBackend<ReferenceWeight, ReferenceMask>;
export type ReferenceItem = Item<ReferenceWeight, ReferenceMask>;
export type ReferenceGroup = CutGroup<ReferenceWeight, ReferenceMask>;

/** Counts what is alive. */
export interface Ledger {
  masks: number;
}

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
export function requireLive(items: readonly ReferenceItem[]): void {
  for (const { weight, score } of items) {
    for (const one of score.kind === 'tensor' ? [weight, score.tensor] : [weight]) {
      if (!one.live) throw new PruneError('weight-changed', 'needed a live weight, got one that is gone');
    }
  }
}

/** Zeroes what an item's mask has dropped. */
export function zeroDropped({ weight, mask }: ReferenceItem): void {
  mask.kept.forEach((kept, i) => {
    if (kept === 0) weight.values[i] = 0;
  });
}

const MANIFEST: BackendManifest = {
  name: 'reference',
  patterns: ['element'],
  scores: ['magnitude', 'tensor', 'random'],
  directions: ['drop'],
  subnormals: 'ordered',
  nanPayloads: 'ordered',
};

/** The verbs that rank elements, by any score. */
export function rankingVerbs(
  scoreOf: (item: ReferenceItem, index: number) => number,
): Pick<ReferenceBackend, 'countBelow' | 'findCut' | 'dropBelow'> {
  return {
    countBelow: (items, magnitudes) => {
      requireLive(items);
      return magnitudes.map((magnitude) =>
        items.map((item) => {
          let count = 0;
          item.mask.kept.forEach((kept, i) => {
            if (kept === 1 && scoreOf(item, i) < magnitude) count += 1;
          });
          return count;
        }),
      );
    },
    findCut: (items, { direction, pattern, count }) => {
      requireLive(items);
      if (pattern.kind !== 'element') throw new PruneError('unsupported', `no pattern ${pattern.kind}`);
      const scores = items.flatMap((item) => scoresKept(item, scoreOf));
      const sorted = Uint32Array.from(scores).sort();
      const magnitude = sorted[count - 1]!;
      const ties = sorted.slice(0, count).filter((score) => score === magnitude).length;
      return { kind: 'threshold', direction, pattern, magnitude, ties };
    },
    dropBelow: (groups) => {
      requireLive(groups.flatMap((group) => group.items));
      for (const { items, cut } of groups) {
        if (cut.kind !== 'threshold') throw new PruneError('unsupported', `no cut ${cut.kind}`);
        let quota = cut.ties;
        for (const item of items) {
          item.mask.kept.forEach((kept, i) => {
            if (kept === 0) return;
            const score = scoreOf(item, i);
            const tie = score === cut.magnitude && quota > 0;
            if (score < cut.magnitude || tie) item.mask.kept[i] = 0;
            if (tie) quota -= 1;
          });
          zeroDropped(item);
        }
      }
    },
  };
}

/** A backend that is right because it is plain: every verb is the contract's sentence, in a loop. */
export function createReferenceBackend(ledger: Ledger): ReferenceBackend {
  return {
    manifest: MANIFEST,
    shape: (weight) => {
      if (!weight.live) throw new PruneError('weight-changed', 'needed a live weight, got one that is gone');
      return weight.shape;
    },
    createMask: (weight) => {
      if (!weight.live) throw new PruneError('weight-changed', 'needed a live weight, got one that is gone');
      ledger.masks += 1;
      return { kept: new Uint8Array(weight.values.length).fill(1) };
    },
    disposeMask: () => {
      ledger.masks -= 1;
    },
    ...rankingVerbs(scoreAt),
    enforce: (items) => {
      requireLive(items);
      items.forEach(zeroDropped);
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
      if (packed.length !== Math.ceil(kept.length / 8)) {
        throw new RangeError(`needed ${Math.ceil(kept.length / 8)} bytes, got ${packed.length}`);
      }
      kept.forEach((_, i) => {
        kept[i] = (packed[i >> 3]! >> (i % 8)) & 1;
      });
    },
  };
}

function scoresKept(item: ReferenceItem, scoreOf: (item: ReferenceItem, index: number) => number): number[] {
  return [...item.mask.kept.keys()].filter((i) => item.mask.kept[i] === 1).map((i) => scoreOf(item, i));
}
