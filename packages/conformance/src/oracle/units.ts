import type { Pooling } from '@synaprune/core';
import { asRanked, type DeviceRanking, type Model } from './model.js';
import { pooledMagnitude } from './pooled-magnitude.js';

/** What goes as one, as `createPruner` is told. */
export type RunPattern =
  | { readonly kind: 'element' }
  | { readonly kind: 'block'; readonly shape: readonly number[]; readonly pool?: Pooling }
  | { readonly kind: 'channel'; readonly axis: number; readonly pool?: Pooling }
  | { readonly kind: 'n:m'; readonly keep: number; readonly of: number; readonly axis: number };

/** What goes as one of a model. */
export interface Unit {
  /** Place among the model's units; of equals the lower goes first. */
  readonly index: number;
  /** Flat indices of its elements. */
  readonly members: readonly number[];
  readonly magnitude: number;
  readonly kept: boolean;
}

/** The flat indices of the elements of every block. */
type Members = readonly (readonly number[])[];

const known = new Map<string, Members>();

/**
 * The flat indices of every block's elements, block after block in row-major order, smaller ones at the far edges: the
 * same list at every call, which runs ask for at every position.
 */
export function blockMembers(shape: readonly number[], edges: readonly number[]): Members {
  const key = `${shape} ${edges}`;
  const members = known.get(key) ?? dealMembers(shape, edges);
  known.set(key, members);
  return members;
}

function dealMembers(shape: readonly number[], edges: readonly number[]): Members {
  const counts = shape.map((edge, axis) => Math.ceil(edge / edges[axis]!));
  const members: number[][] = Array.from({ length: sizeOf(counts) }, () => []);
  for (let index = 0; index < sizeOf(shape); index += 1) {
    // Both are numbers whose digits are the coordinates, the last axis first.
    let [block, rest, unit] = [0, index, 1];
    for (let axis = shape.length - 1; axis >= 0; axis -= 1) {
      block += Math.floor((rest % shape[axis]!) / edges[axis]!) * unit;
      rest = Math.floor(rest / shape[axis]!);
      unit *= counts[axis]!;
    }
    members[block]!.push(index);
  }
  return members;
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((size, edge) => size * edge, 1);
}

/** The flat indices of `of` consecutive elements along an axis: blocks that are one wide along all other axes. */
export function groupMembers(shape: readonly number[], of: number, axis: number): Members {
  return blockMembers(
    shape,
    shape.map((_, other) => (other === axis ? of : 1)),
  );
}

/** Edges of the blocks that are channels along an axis. */
export function channelEdges(shape: readonly number[], axis: number): number[] {
  return shape.map((edge, other) => (other === axis ? 1 : edge));
}

/** Of a group's kept elements all but the `keep` that rank highest; of equals those of the higher index stay. */
export function spareIn(
  members: readonly number[],
  keep: number,
  { magnitudes, kept }: { readonly magnitudes: ArrayLike<number>; readonly kept: Uint8Array },
): number[] {
  const own = members
    .filter((index) => kept[index] === 1)
    .sort((a, b) => magnitudes[a]! - magnitudes[b]! || a - b);
  return own.slice(0, Math.max(0, own.length - keep));
}

/** The units of a model, kept or dropped; for N of M those that can be dropped now. */
export function unitsOf(
  pattern: RunPattern,
  { shape, kept }: Pick<Model, 'shape' | 'kept'>,
  magnitudes: Uint32Array,
  ranking: DeviceRanking,
): Unit[] {
  const single = (index: number): Unit => {
    return { index, members: [index], magnitude: magnitudes[index]!, kept: kept[index] === 1 };
  };
  if (pattern.kind === 'element') return [...kept.keys()].map(single);
  if (pattern.kind === 'n:m') {
    const { keep, of, axis } = pattern;
    return groupMembers(shape, of, axis)
      .flatMap((members) => spareIn(members, keep, { magnitudes, kept }))
      .map(single);
  }
  const isBlock = pattern.kind === 'block';
  const edges = isBlock ? pattern.shape : channelEdges(shape, pattern.axis);
  const pooling = pattern.pool ?? (isBlock ? 'mean' : 'l2');
  return blockMembers(shape, edges).map((members, index) => {
    const own = members.map((member) => magnitudes[member]!);
    const magnitude = asRanked(pooledMagnitude(own, pooling), ranking);
    return { index, members, magnitude, kept: members.some((member) => kept[member] === 1) };
  });
}

/** How many units of a weight could be dropped at most, all kept. */
export function mostUnits(pattern: RunPattern, { shape, kept }: Pick<Model, 'shape' | 'kept'>): number {
  switch (pattern.kind) {
    case 'element':
      return kept.length;
    case 'n:m': {
      const groups = groupMembers(shape, pattern.of, pattern.axis);
      return groups.reduce((sum, members) => sum + Math.max(0, members.length - pattern.keep), 0);
    }
    case 'block':
      return blockMembers(shape, pattern.shape).length;
    case 'channel':
      return shape[pattern.axis]!;
  }
}
