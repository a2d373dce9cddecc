/* The second backend of docs/writing-a-backend.md, as it stands there; tools/check holds the two equal. */
import { type ConformanceHarness, registerConformance } from '@synaprune/conformance';
import {
  findCutByCounting,
  type Item,
  LARGEST_MAGNITUDE,
  PruneError,
  packedLength,
  randomMagnitude,
  type TensorBackend,
} from '@synaprune/core';
import { describe, inject, it } from 'vitest';

/** Stands for your runtime's tensor. */
interface Tensor {
  readonly values: Float32Array;
  readonly shape: readonly number[];
}

/** A byte an element, 1 for kept. */
type Mask = Uint8Array;

/** The values as bits. That a handle is gone is for you to find out, and nothing else. */
function bitsOf({ values, shape }: Tensor): Uint32Array {
  const elements = shape.reduce((product, edge) => product * edge, 1);
  if (values.length !== elements) throw new PruneError('weight-changed', 'the array of a weight is gone');
  return new Uint32Array(values.buffer, values.byteOffset, values.length);
}

/** What ranks the elements of an item. */
function magnitudesOf({ weight, mask, score }: Item<Tensor, Mask>): Uint32Array {
  if (score.kind === 'random') return Uint32Array.from(mask, (_, i) => randomMagnitude(score.seed, i));
  return bitsOf(score.kind === 'tensor' ? score.tensor : weight).map((bits) => bits & LARGEST_MAGNITUDE);
}

const countBelow: TensorBackend<Tensor, Mask>['countBelow'] = (items, magnitudes) => {
  const kept = items.map((item) => magnitudesOf(item).filter((_, i) => item.mask[i] === 1));
  return magnitudes.map((limit) => kept.map((own) => own.filter((magnitude) => magnitude < limit).length));
};

const backend: TensorBackend<Tensor, Mask> = {
  contract: 1,
  manifest: {
    name: 'verb by verb',
    scores: ['magnitude', 'tensor', 'random'],
    subnormals: 'ordered',
    nanPayloads: 'ordered',
  },
  shape: ({ shape }) => shape,
  createMask: (weight) => new Uint8Array(bitsOf(weight).length).fill(1),
  disposeMask: () => {},
  readMask: (mask) => {
    const packed = new Uint8Array(packedLength(mask.length));
    for (const [i, kept] of mask.entries()) packed[i >> 3]! |= kept << (i % 8);
    return packed;
  },
  writeMask: (mask, packed) => {
    for (const i of mask.keys()) mask[i] = (packed[i >> 3]! >> (i % 8)) & 1;
  },
  countKept: (masks) => masks.map((mask) => mask.filter((kept) => kept === 1).length),
  countBelow,
  findCut: findCutByCounting(countBelow, { cutsPerRound: 15 }),
  drop: (groups) => {
    // All that may throw comes first: every group is dropped, or none.
    const scores = groups.map(({ items }) => items.map(magnitudesOf));
    for (const [g, { items, cut }] of groups.entries()) {
      let { ties } = cut;
      for (const [n, { mask }] of items.entries()) {
        for (const [i, magnitude] of scores[g]![n]!.entries()) {
          if (mask[i] === 0 || magnitude > cut.magnitude) continue;
          if (magnitude === cut.magnitude && ties-- <= 0) continue;
          mask[i] = 0;
        }
      }
    }
  },
  enforce: (items) => {
    const all = items.map(({ weight }) => bitsOf(weight));
    for (const [n, { mask }] of items.entries()) {
      for (const [i, kept] of mask.entries()) if (kept === 0) all[n]![i] = 0;
    }
  },
  // Optional, and enough for blocks, channels and N of M.
  read: (weight) => new Float32Array(bitsOf(weight).slice().buffer),
};

const harness: ConformanceHarness<Tensor, Mask> = {
  name: 'verb by verb, without a check of its own',
  createBackend: () => backend,
  createWeight: (values, shape) => ({ values: values.slice(), shape }),
  readWeight: (weight) => weight.values.slice(),
  writeWeight: (weight, values) => weight.values.set(values),
  disposeWeight: () => {},
  spoilWeight: ({ values }) => {
    structuredClone(null, { transfer: [values.buffer as ArrayBuffer] });
  },
};

registerConformance(harness, { describe, it }, { mostElements: 1_000_000, part: inject('kitPart') });
