import {
  type BackendManifest,
  type CutGroup,
  type Item,
  PruneError,
  randomMagnitude,
  type Score,
  type TensorBackend,
} from '@synaprune/core';
import {
  fullMask,
  type HostMask,
  type HostWeight,
  packMask,
  shapeOf,
  unpackMask,
  valuesOf,
} from './host-weight.js';
import type { HostKernels, Part } from './kernels.js';
import { scriptKernels } from './script-kernels.js';

const MANIFEST: BackendManifest = {
  name: 'host',
  patterns: ['element'],
  scores: ['magnitude', 'tensor', 'random'],
  directions: ['drop'],
  subnormals: 'ordered',
  nanPayloads: 'ordered',
};

/** How {@link hostBackend} works. */
export interface HostOptions {
  /** The loops over memory. Plain TypeScript unless told. */
  readonly kernels?: HostKernels;
}

/**
 * The backend for weights in main memory: a `Float32Array`, or `{ values, shape }` where the shape matters
 * (to restore a state that another runtime saved). Weights are pruned in place. Every verb answers at once,
 * in time linear in the number of elements.
 *
 * @example
 * ```ts
 * import { constantSparsity, createPruner } from '@synaprune/core';
 * import { hostBackend } from '@synaprune/host';
 *
 * const kernel = Float32Array.of(0.5, -0.1, 0.3, -0.9);
 * const pruner = createPruner({
 *   backend: hostBackend(),
 *   weights: [{ name: 'kernel', weight: kernel }],
 *   schedule: constantSparsity(0.5),
 * });
 * await pruner.update(0);
 * console.log([...kernel].map((value) => value.toFixed(1)).join(' ')); // 0.5 0.0 0.0 -0.9
 * pruner.dispose();
 * ```
 */
export function hostBackend({
  kernels = scriptKernels,
}: HostOptions = {}): TensorBackend<HostWeight, HostMask> {
  return {
    manifest: MANIFEST,
    shape: shapeOf,
    createMask: (weight) => {
      shapeOf(weight);
      return fullMask(valuesOf(weight).length);
    },
    disposeMask: () => {
      // Main memory is given back by the garbage collector.
    },
    countBelow(items, magnitudes) {
      const parts = items.map(rankedPart);
      return magnitudes.map((magnitude) => parts.map((part) => kernels.countBelow(part, magnitude)));
    },
    findCut(items, { direction, pattern, count }) {
      if (direction !== 'drop' || pattern.kind !== 'element') throw unsupported(direction, pattern.kind);
      const selected = kernels.select(items.map(rankedPart), count);
      return { kind: 'threshold', direction, pattern, ...selected };
    },
    dropBelow(groups) {
      // Everything that can fail comes first, so that no group is dropped unless all are.
      const planned = groups.map(({ items, cut }) => ({
        cut: requireElementCut(cut),
        parts: items.map(rankedPart),
      }));
      for (const { cut, parts } of planned) {
        let ties = cut.ties;
        for (const part of parts) ties -= kernels.drop(part, cut.magnitude, ties);
      }
      // Only now: a score may be another weight of the list.
      for (const part of planned.flatMap(({ parts }) => parts)) kernels.zeroDropped(part);
    },
    enforce(items) {
      const parts = items.map(plainPart);
      for (const part of parts) kernels.zeroDropped(part);
    },
    countKept: (masks) => masks.map(({ words }) => kernels.countKept(words)),
    readMask: packMask,
    writeMask: unpackMask,
  };
}

/** A weight, ranked by itself. */
function plainPart({ weight, mask }: Item<HostWeight, HostMask>): Part {
  const values = valuesOf(weight);
  requireLength(values, mask, 'weight-changed');
  const bits = bitsOf(values);
  return { bits, ranking: bits, words: mask.words };
}

/** A weight, ranked by its score. */
function rankedPart(item: Item<HostWeight, HostMask>): Part {
  const part = plainPart(item);
  return { ...part, ranking: rankingOf(item.score, item.mask) ?? part.bits };
}

function rankingOf(score: Score<HostWeight>, mask: HostMask): Int32Array | undefined {
  switch (score.kind) {
    case 'magnitude':
      return undefined;
    case 'tensor': {
      const values = valuesOf(score.tensor);
      requireLength(values, mask, 'score-mismatch');
      return bitsOf(values);
    }
    case 'random':
      return randomRanking(score.seed, mask.elements);
  }
}

function randomRanking(seed: number, elements: number): Int32Array {
  // A loop: `Int32Array.from` with a function takes eight times as long.
  const ranking = new Int32Array(elements);
  for (let i = 0; i < elements; i += 1) ranking[i] = randomMagnitude(seed, i);
  return ranking;
}

function bitsOf(values: Float32Array): Int32Array {
  return new Int32Array(values.buffer, values.byteOffset, values.length);
}

function requireLength(
  values: Float32Array,
  mask: HostMask,
  code: 'weight-changed' | 'score-mismatch',
): void {
  if (values.length !== mask.elements) {
    throw new PruneError(code, `the mask needs ${mask.elements} values, got ${values.length}`);
  }
}

function requireElementCut(cut: CutGroup<HostWeight, HostMask>['cut']): { magnitude: number; ties: number } {
  if (cut.kind !== 'threshold' || cut.direction !== 'drop' || cut.pattern.kind !== 'element') {
    throw unsupported(cut.kind === 'threshold' ? cut.direction : 'drop', cut.pattern.kind);
  }
  return cut;
}

function unsupported(direction: string, pattern: string): PruneError {
  return new PruneError('unsupported', `backend host drops elements; asked to ${direction} by ${pattern}`);
}
