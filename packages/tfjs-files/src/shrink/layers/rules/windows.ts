import { computed, type Dim } from '@synaprune/axes';
import { goAlong, spatialOf } from '../../follow/filters.js';
import { NotFollowed } from '../../follow/followed.js';
import { windowCount } from '../../follow/window-sizes.js';
import type { LayerCall, LayerRule } from '../layer-call.js';
import { channelsAt, perAxis } from '../settings.js';

/** The axes of a picture that windows go along. @throws NotFollowed when it is of another rank */
function spatial(call: LayerCall, dimensions: number): readonly number[] {
  const rank = call.input(0).axes.length;
  if (rank !== dimensions + 2) throw new NotFollowed(`${call.place.label}: it reads no picture`);
  return spatialOf(rank, channelsAt(call, rank));
}

const pool =
  (dimensions: number): LayerRule =>
  (call) => {
    const x = call.input(0);
    const along = spatial(call, dimensions);
    const size = perAxis(call, 'pool_size', dimensions, 2);
    const strides =
      (call.setting('strides') ?? null) === null ? size : perAxis(call, 'strides', dimensions, 2);
    const padding = call.setting('padding') === 'same' ? 'same' : 'valid';
    const sizes = new Map<number, Dim>();
    for (const [i, axis] of along.entries()) {
      const windows = { kernel: size[i]!, stride: strides[i]!, dilation: 1, padding };
      sizes.set(
        axis,
        windowCount(x.axes[axis]!.dim, windows, () => call.open(`axis ${axis}`)),
      );
    }
    return { outputs: [goAlong(call.place, x, sizes, 'windows go along it')] };
  };

const globalPool =
  (dimensions: number): LayerRule =>
  (call) => {
    const x = call.input(0);
    const along = spatial(call, dimensions);
    const pooled = goAlong(call.place, x, new Map(along.map((axis) => [axis, 1])), 'it is pooled over');
    if (call.setting('keepdims') === true) return { outputs: [pooled] };
    const stays = (_: unknown, i: number) => !along.includes(i);
    return { outputs: [computed(pooled.axes.filter(stays), pooled.zero.filter(stays))] };
  };

/** Axes that become longer or shorter by what is told. */
const resized =
  (
    dimensions: number,
    what: string,
    lengthOf: (call: LayerCall, size: number, i: number) => number | undefined,
  ): LayerRule =>
  (call) => {
    const x = call.input(0);
    const sizes = new Map<number, Dim>();
    for (const [i, axis] of spatial(call, dimensions).entries()) {
      const { dim } = x.axes[axis]!;
      const length = typeof dim === 'number' ? lengthOf(call, dim, i) : undefined;
      const known = length !== undefined && Number.isSafeInteger(length) && length >= 0;
      sizes.set(axis, known ? length : call.open(`axis ${axis}`));
    }
    return { outputs: [goAlong(call.place, x, sizes, what)] };
  };

const upSampling = (dimensions: number): LayerRule =>
  resized(
    dimensions,
    'it is resized',
    (call, size, i) => size * perAxis(call, 'size', dimensions, dimensions === 1 ? 1 : 2)[i]!,
  );

/** How much is put on at both ends of an axis, or taken off: one number for all, one an axis, or two an axis. */
function bothEnds(call: LayerCall, name: string, i: number): number | undefined {
  const value = call.setting(name);
  if (typeof value === 'number') return 2 * value;
  const own: unknown = Array.isArray(value) ? (value as readonly unknown[])[i] : undefined;
  if (typeof own === 'number') return 2 * own;
  if (!Array.isArray(own)) return undefined;
  const [before, after]: readonly unknown[] = own;
  return typeof before === 'number' && typeof after === 'number' ? before + after : undefined;
}

const padding = (dimensions: number): LayerRule =>
  resized(dimensions, 'it is padded', (call, size, i) => {
    const more = dimensions === 1 ? undefined : bothEnds(call, 'padding', i);
    return more === undefined ? undefined : size + more;
  });

const cropping = (dimensions: number): LayerRule =>
  resized(dimensions, 'it is cropped', (call, size, i) => {
    const less = dimensions === 1 ? undefined : bothEnds(call, 'cropping', i);
    return less === undefined ? undefined : Math.max(0, size - less);
  });

export const windowRules: Readonly<Record<string, LayerRule>> = {
  AveragePooling1D: pool(1),
  AveragePooling2D: pool(2),
  AveragePooling3D: pool(3),
  MaxPooling1D: pool(1),
  MaxPooling2D: pool(2),
  MaxPooling3D: pool(3),
  GlobalAveragePooling1D: globalPool(1),
  GlobalAveragePooling2D: globalPool(2),
  GlobalAveragePooling3D: globalPool(3),
  GlobalMaxPooling1D: globalPool(1),
  GlobalMaxPooling2D: globalPool(2),
  GlobalMaxPooling3D: globalPool(3),
  UpSampling1D: upSampling(1),
  UpSampling2D: upSampling(2),
  UpSampling3D: upSampling(3),
  ZeroPadding1D: padding(1),
  ZeroPadding2D: padding(2),
  ZeroPadding3D: padding(3),
  Cropping1D: cropping(1),
  Cropping2D: cropping(2),
  Cropping3D: cropping(3),
};
