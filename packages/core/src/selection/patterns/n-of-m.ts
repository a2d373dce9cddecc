import { PruneError } from '../../checks/errors.js';
import { requireWhole } from '../../checks/require.js';
import type { GroupsAlong, Item, TensorBackend } from '../../contract/backend.js';
import { walkGroups } from '../../contract/walks.js';
import { abandonMasks, combineMasks, copyMasks, createMasks, disposeMasks } from '../masks.js';
import { requireAxis, requireAxisOf } from './axis.js';
import { settled } from './blocks.js';
import type { AskedPattern, PatternedWeight, UnitHandle, UnitView } from './pattern.js';
import { readMagnitudes, withoutVerbs } from './read-magnitudes.js';
import { type HostUnitMask, packFlags, unitsOnHost, unpackFlags } from './units-on-host.js';
import { eachWeight } from './weight-pattern.js';

/**
 * Of every `of` consecutive elements along `axis`, `keep` stay: `{ keep: 2, of: 4 }` is what sparse tensor cores take.
 * Elements go while a group has more than `keep` left, lowest first over all groups, so that a ramp leads from dense
 * to the whole pattern, which sparsity `1 − keep / of` asks for. A last group of fewer elements keeps `keep` of them
 * too, or all it has.
 */
export interface NOfMPattern {
  readonly kind: 'n:m';
  readonly keep: number;
  readonly of: number;
  /** From 0. */
  readonly axis: number;
}

export const nOfMKeys: readonly string[] = ['keep', 'of', 'axis'];

export function nOfMPattern({ keep, of, axis }: NOfMPattern): AskedPattern {
  requireWhole('createPruner', 'pattern.of', of, 2);
  requireWhole('createPruner', 'pattern.keep', keep, 1);
  if (keep >= of) {
    throw new RangeError(
      `createPruner needs pattern.keep below pattern.of, or nothing could be dropped; got ${keep} of ${of}`,
    );
  }
  requireAxis(axis);
  const groups: GroupsAlong = { keep, of, axis };
  const whole = (of - keep) / of;
  return eachWeight({
    saved: { kind: 'n:m', keep, of, axis },
    requireFit: (weight) => requireAxisOf(weight, axis),
    units({ shape, elements }) {
      const edge = shape[axis]!;
      const last = edge % of;
      const spare = Math.floor(edge / of) * (of - keep) + Math.max(0, last - keep);
      return (elements / edge) * spare;
    },
    largestUnit: () => 1,
    share(sparsity) {
      const share = sparsity / whole;
      if (share <= 1 + 2 ** -48) return Math.min(1, share);
      throw new PruneError(
        'invalid-sparsity',
        `keeping ${keep} of ${of} drops ${whole} at most; ${sparsity} was asked for`,
      );
    },
    requireMask: () => {},
    open: (backend, weights, items) =>
      backend.rankWithin === undefined
        ? openOnHost(backend, weights, items, groups)
        : openRanked(backend, items, groups),
  });
}

async function openRanked<Weight, Mask>(
  backend: TensorBackend<Weight, Mask>,
  items: readonly Item<Weight, Mask>[],
  groups: GroupsAlong,
): Promise<UnitView<Mask>> {
  const spare = createMasks(backend, items);
  const masked = items.map((item, i) => ({ ...item, mask: spare[i]! }));
  let before: Mask[];
  try {
    await backend.rankWithin!(
      items,
      items.map(() => groups),
      spare,
    );
    before = await copyMasks(backend, masked);
  } catch (error) {
    abandonMasks(backend, spare);
    throw error;
  }
  return {
    backend: backend as TensorBackend<UnitHandle, UnitHandle>,
    items: masked,
    isLive: false,
    settle: async (units) => {
      const fresh = await copyMasks(backend, items);
      try {
        for (const [i, mask] of fresh.entries()) {
          await combineMasks(backend, mask, before[i]!, 'andNot');
          await combineMasks(backend, mask, units[i] as Mask, 'or');
        }
      } catch (error) {
        abandonMasks(backend, fresh);
        throw error;
      }
      return fresh;
    },
    close: () => disposeMasks(backend, [...spare, ...before]),
  };
}

async function openOnHost<Weight, Mask>(
  backend: TensorBackend<Weight, Mask>,
  weights: readonly PatternedWeight[],
  items: readonly Item<Weight, Mask>[],
  { keep, of, axis }: GroupsAlong,
): Promise<UnitView<Mask>> {
  const needs = withoutVerbs('n:m', 'rankWithin');
  const kept: Uint8Array[] = [];
  const spare: Uint8Array[] = [];
  const ranked: Item<UnitHandle, UnitHandle>[] = [];
  for (const [i, item] of items.entries()) {
    const { shape, elements } = weights[i]!;
    const magnitudes = await readMagnitudes(backend, item, { elements, needs });
    const flags = unpackFlags(await backend.readMask(item.mask), elements);
    const candidates = new Uint8Array(elements);
    walkGroups(shape, { of, axis }, (first, stride, size) => {
      const places = Array.from({ length: size }, (_, j) => first + j * stride)
        .filter((place) => flags[place] === 1)
        .sort((a, b) => magnitudes[a]! - magnitudes[b]! || a - b);
      for (const place of places.slice(0, Math.max(0, places.length - keep))) candidates[place] = 1;
    });
    kept.push(flags);
    spare.push(candidates.slice());
    ranked.push({ weight: { magnitudes }, mask: candidates, score: { kind: 'magnitude' } });
  }
  return {
    backend: unitsOnHost() as TensorBackend<UnitHandle, UnitHandle>,
    items: ranked,
    isLive: false,
    settle: (units) =>
      settled(backend, items, async (fresh) => {
        for (const [i, mask] of fresh.entries()) {
          const left = units[i] as HostUnitMask;
          const flags = kept[i]!.map((flag, at) => (spare[i]![at] === 1 ? left[at]! : flag));
          await backend.writeMask(mask, packFlags(flags));
        }
      }),
    close: () => {},
  };
}
