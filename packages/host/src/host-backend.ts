import {
  type BackendManifest,
  type CutGroup,
  type Item,
  PruneError,
  randomMagnitude,
  type TensorBackend,
} from '@synaprune/core';
import { describe, isRecord, requireOptions } from '@synaprune/core/checks';
import { rankHalves } from './half-floats.js';
import {
  extentOf,
  fullMask,
  type HalfFormat,
  type HostMask,
  type HostWeight,
  packMask,
  shapeOf,
  unpackMask,
  valuesOf,
} from './host-weight.js';
import type { HostKernels, Part, Ranking } from './kernels.js';
import { scriptKernels } from './script-kernels.js';
import { createWasmKernels } from './wasm-kernels.js';

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
  /**
   * The loops over memory: WASM SIMD where there is any, else plain TypeScript, unless told. Whichever they are,
   * the masks are the same.
   */
  readonly kernels?: HostKernels;
}

/**
 * The backend for weights in main memory: a `Float32Array`, or `{ values, shape }` where the shape matters
 * (to restore a state that another runtime saved). Weights are pruned in place. Every verb answers at once,
 * in time linear in the number of elements.
 *
 * @throws TypeError when an option is unknown, or the kernels are none
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
export function hostBackend(options: HostOptions = {}): TensorBackend<HostWeight, HostMask> {
  requireOptions('hostBackend', '', options as unknown, ['kernels']);
  if (options.kernels !== undefined) requireKernels(options.kernels);
  const { kernels = defaultKernels() } = options;
  return {
    manifest: MANIFEST,
    shape: shapeOf,
    extent: extentOf,
    createMask: (weight) => {
      shapeOf(weight);
      if (!('memory' in weight) && valuesOf(weight).buffer === kernels.memory?.buffer) {
        throw new TypeError(
          'a weight inside the memory of the kernels is { memory, byteOffset, shape }, not a view',
        );
      }
      return fullMask(valuesOf(weight).length);
    },
    disposeMask: () => {
      // Main memory is given back by the garbage collector.
    },
    countBelow(items, magnitudes) {
      const parts = items.map(partOf);
      return magnitudes.map((magnitude) => parts.map((part) => kernels.countBelow(part, magnitude)));
    },
    findCut(items, { direction, pattern, count }) {
      if (direction !== 'drop' || pattern.kind !== 'element') throw unsupported(direction, pattern.kind);
      const selected = kernels.select(items.map(partOf), count);
      return { kind: 'threshold', direction, pattern, ...selected };
    },
    dropBelow(groups) {
      // Everything that can fail comes first, so that no group is dropped unless all are.
      const planned = groups.map(({ items, cut }) => ({
        cut: requireElementCut(cut),
        parts: items.map(partOf),
      }));
      // A score may be another weight of the list: then nothing is zeroed before every choice is made.
      const alone = groups.every(({ items }) => items.every(({ score }) => score.kind === 'magnitude'));
      const drop = alone ? kernels.dropAndZero : kernels.drop;
      for (const { cut, parts } of planned) {
        let ties = cut.ties;
        for (const part of parts) ties -= drop(part, cut.magnitude, ties);
      }
      if (!alone) for (const part of planned.flatMap(({ parts }) => parts)) kernels.zeroDropped(part);
    },
    enforce(items) {
      const parts = items.map(partOf);
      for (const part of parts) kernels.zeroDropped(part);
    },
    countKept: (masks) => masks.map(({ words }) => kernels.countKept(words)),
    readMask: packMask,
    writeMask: unpackMask,
  };
}

let shared: HostKernels | undefined;

/** Made once, because they hold a memory. */
function defaultKernels(): HostKernels {
  shared ??= createWasmKernels() ?? scriptKernels;
  return shared;
}

/** A weight, ranked by its score. */
function partOf({ weight, mask, score }: Item<HostWeight, HostMask>): Part {
  const ranks = score.kind === 'tensor' ? score.tensor : weight;
  requireLength(weight, mask, 'weight-changed');
  if (ranks !== weight) requireLength(ranks, mask, 'score-mismatch');
  const bits = createView(weight);
  const ranking = ranks === weight ? bits : createView(ranks);
  return {
    elements: mask.elements,
    words: mask.words,
    get bits() {
      return bits();
    },
    get ranking() {
      if (score.kind === 'random') return rankAtRandom(score.seed);
      const view = ranking();
      return view instanceof Int32Array ? view : rankHalves(view, (ranks as { format: HalfFormat }).format);
    },
  };
}

/** The bits of a weight. The view is made anew when a memory has grown and taken the old one. */
function createView(weight: HostWeight): () => Int32Array | Uint16Array {
  let view = bitsOf(weight);
  return () => {
    if (view.length === 0) view = bitsOf(weight);
    return view;
  };
}

function rankAtRandom(seed: number): Ranking {
  return (from, to, into) => {
    for (let i = from; i < to; i += 1) into[i - from] = randomMagnitude(seed, i);
  };
}

function bitsOf(weight: HostWeight): Int32Array | Uint16Array {
  const values = valuesOf(weight);
  return values instanceof Uint16Array
    ? values
    : new Int32Array(values.buffer, values.byteOffset, values.length);
}

function requireLength(weight: HostWeight, mask: HostMask, code: 'weight-changed' | 'score-mismatch'): void {
  const { length } = valuesOf(weight);
  if (length !== mask.elements)
    throw new PruneError(code, `the mask needs ${mask.elements} values, got ${length}`);
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

const LOOPS = ['countBelow', 'select', 'drop', 'dropAndZero', 'zeroDropped', 'countKept'] as const;

function requireKernels(kernels: unknown): void {
  const missing = isRecord(kernels) ? LOOPS.find((loop) => typeof kernels[loop] !== 'function') : undefined;
  if (isRecord(kernels) && missing === undefined) return;
  throw new TypeError(
    `hostBackend needs kernels to be scriptKernels or what createWasmKernels returns, got ${describe(kernels)}` +
      (missing === undefined ? '' : ` without ${missing}`),
  );
}
