import type { CutGroup, MaskedWeight, TensorBackend } from './backend.js';
import { type OptionalVerbs, requireBackend } from './backend-checks.js';
import { createHandleChecks, type HandleChecks } from './handle-checks.js';
import {
  requireApart,
  requireBits,
  requireBlocks,
  requireCount,
  requireCounts,
  requireCut,
  requireGroups,
  requireKept,
  requireMagnitudes,
  requirePacked,
  requirePooled,
  requireValues,
  whenSettled,
} from './verb-checks.js';

const guarded = new WeakMap<object, unknown>();

/**
 * A backend whose verbs check their arguments before they pass them on, and their answers before they give them back:
 * so no backend need do it. `createPruner` puts it in front of every backend. A backend that is guarded already is
 * given back as it is, and one backend always has the same guard, so that masks of one are known to the other.
 *
 * @throws TypeError when it is no backend of contract 1, and says what is missing
 *
 * @example
 * ```ts
 * import { guardBackend } from '@synaprune/core';
 * import { hostBackend } from '@synaprune/host';
 *
 * const backend = guardBackend(hostBackend());
 * const mask = backend.createMask(Float32Array.of(1, 2, 3));
 * try {
 *   await backend.writeMask(mask, Uint8Array.of(0b1111));
 * } catch (error) {
 *   console.log((error as Error).message); // host: a mask of 3 elements has bits beyond them in its last byte
 * }
 * ```
 */
export function guardBackend<Weight, Mask>(
  backend: TensorBackend<Weight, Mask>,
): TensorBackend<Weight, Mask> {
  requireBackend(backend);
  const known = guarded.get(backend) as TensorBackend<Weight, Mask> | undefined;
  if (known !== undefined) return known;
  const guard = createGuard(backend);
  guarded.set(backend, guard);
  guarded.set(guard, guard);
  return guard;
}

function createGuard<Weight, Mask>(backend: TensorBackend<Weight, Mask>): TensorBackend<Weight, Mask> {
  const { name } = backend.manifest;
  const handles = createHandleChecks(backend);
  const { requireMask, requireItems, requireMasked } = handles;
  const requireGroupsOfItems = (groups: readonly CutGroup<Weight, Mask>[]): void => {
    for (const { cut } of groups) requireCut(name, cut);
    requireItems(groups.flatMap(({ items }) => items));
  };
  const guard: TensorBackend<Weight, Mask> = {
    contract: 1,
    manifest: backend.manifest,
    shape: (weight) => backend.shape(weight),
    createMask: handles.createMask,
    disposeMask: handles.disposeMask,
    readMask: (mask) => {
      const elements = requireMask(mask);
      return whenSettled(backend.readMask(mask), (bits) => requireBits(name, bits, elements));
    },
    writeMask: (mask, packed) => {
      requirePacked(name, packed, requireMask(mask));
      return backend.writeMask(mask, packed);
    },
    countKept: (masks) => {
      const elements = masks.map(requireMask);
      return whenSettled(backend.countKept(masks), (kept) => requireKept(name, kept, elements));
    },
    countBelow: (items, magnitudes) => {
      requireItems(items);
      requireMagnitudes(name, magnitudes);
      return whenSettled(backend.countBelow(items, magnitudes), (counts) =>
        requireCounts(name, counts, magnitudes.length, items.length),
      );
    },
    findCut: (items, count) => {
      const elements = requireItems(items);
      requireCount(name, count, elements);
      return whenSettled(backend.findCut(items, count), (cut) => requireCut(name, cut, 'gives'));
    },
    drop: (groups) => {
      requireGroupsOfItems(groups);
      return backend.drop(groups);
    },
    enforce: (items: readonly MaskedWeight<Weight, Mask>[]) => {
      requireMasked(items);
      return backend.enforce(items);
    },
  };
  return { ...guard, ...guardOptional(backend, { name, requireGroupsOfItems, ...handles }) };
}

/** Those of the optional verbs that there are. */
function guardOptional<Weight, Mask>(
  backend: TensorBackend<Weight, Mask>,
  {
    name,
    requireMask,
    requireItems,
    requireGroupsOfItems,
    adopt,
    release,
  }: HandleChecks<Weight, Mask> & {
    readonly name: string;
    readonly requireGroupsOfItems: (groups: readonly CutGroup<Weight, Mask>[]) => void;
  },
): Partial<TensorBackend<Weight, Mask>> {
  const verbs: OptionalVerbs<Weight, Mask> = {
    extent: (weight) => backend.extent!(weight),
    read: (weight) => {
      const elements = backend.shape(weight).reduce((product, edge) => product * edge, 1);
      return whenSettled(backend.read!(weight), (values) => requireValues(name, values, elements));
    },
    dropAndEnforce: (groups) => {
      requireGroupsOfItems(groups);
      return backend.dropAndEnforce!(groups);
    },
    combine: (into, from, how) => {
      requireApart(name, requireMask(into), requireMask(from), into === from);
      return backend.combine!(into, from, how);
    },
    pool: (items, blocks) => {
      requireItems(items);
      requireBlocks(
        name,
        blocks,
        items.map(({ weight }) => backend.shape(weight)),
      );
      return whenSettled(backend.pool!(items, blocks), (pooled) => {
        requirePooled(name, pooled, items.length);
        try {
          for (const item of pooled) adopt(item);
        } catch (error) {
          backend.disposePooled!(pooled);
          throw error;
        }
        return pooled;
      });
    },
    disposePooled: (items) => {
      for (const { mask } of items) release(mask);
      backend.disposePooled!(items);
    },
    spread: (pooled, blocks, into) => {
      requireItems(pooled);
      for (const mask of into) requireMask(mask);
      return backend.spread!(pooled, blocks, into);
    },
    rankWithin: (items, groups, into) => {
      requireItems(items);
      requireGroups(
        name,
        groups,
        items.map(({ weight }) => backend.shape(weight)),
      );
      for (const [i, mask] of into.entries()) {
        requireApart(name, requireMask(mask), requireMask(items[i]!.mask), mask === items[i]!.mask);
      }
      return backend.rankWithin!(items, groups, into);
    },
  };
  const there = Object.entries(verbs).filter(
    ([verb]) => typeof backend[verb as keyof typeof verbs] === 'function',
  );
  return Object.fromEntries(there);
}
