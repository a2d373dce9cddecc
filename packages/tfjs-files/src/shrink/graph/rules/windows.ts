import { type AxedValue, type Axis, type Dim, whyAt, withAxis } from '@synaprune/axes';
import { goAlong, spatialOf } from '../../follow/filters.js';
import { NotFollowed } from '../../follow/followed.js';
import { windowCount } from '../../follow/window-sizes.js';
import type { Rule } from '../node-call.js';
import { channelsOf, numberOf } from './attributes.js';
import { windowsOf } from './convolutions.js';

/** Each channel by itself, in windows. */
const pool: Rule = (call) => {
  const x = call.input(0);
  const rank = x.axes.length;
  const spatial = spatialOf(rank, channelsOf(call, rank));
  const windows = windowsOf(call, spatial);
  const sizes = new Map(
    spatial.map((axis, i) => [
      axis,
      windowCount(x.axes[axis]!.dim, windows[i]!, () => call.open(`axis ${axis}`)),
    ]),
  );
  return { outputs: [goAlong(call.place, x, sizes, 'windows go along it')] };
};

/** Pictures in another size, channels last. */
const resize: Rule = (call) => {
  const x = call.input(0);
  if (x.axes.length !== 4) throw new NotFollowed(`${call.place.label}: it reads no picture`);
  const target = call.maybe(1)?.sizes;
  const sizes = new Map<number, Dim>();
  for (const axis of [1, 2]) sizes.set(axis, target?.[axis - 1]?.dim ?? call.open(`axis ${axis}`));
  return { outputs: [goAlong(call.place, x, sizes, 'it is resized')] };
};

/** More channels than are put on. */
const MOST_CHANNELS = 65_536;

/**
 * Padded along some axes. What is put on an axis of channels is channels too, which go with those that they are added to;
 * what mirrors it is not.
 */
const pad: Rule = (call) => {
  const x = call.input(0);
  const { axes: own, zero, parameter } = x;
  const pads = call.wholes(1);
  if (pads.length !== 2 * own.length || pads.some((each) => each < 0))
    throw new NotFollowed(`${call.place.label}: pads of another rank`);
  let value: AxedValue = { axes: own, zero, parameter };
  const joined: { readonly at: number; readonly parts: readonly (Axis | undefined)[] }[] = [];
  for (const [at, axis] of own.entries()) {
    const [before, after] = [pads[2 * at]!, pads[2 * at + 1]!];
    if (before === 0 && after === 0) continue;
    if (call.op === 'MirrorPad' || !call.axes.mayLose(axis) || before + after > MOST_CHANNELS) {
      const { dim } = axis;
      const size = typeof dim === 'number' ? dim + before + after : call.open(`axis ${at}`);
      value = withAxis(value, at, goAlong(call.place, x, new Map([[at, size]]), 'it is padded').axes[at]!);
      continue;
    }
    const born = (count: number) =>
      count === 0 ? undefined : call.axes.born(count, { label: call.place.label, kind: 'channels' });
    const parts = [born(before), born(after)] as const;
    value = withAxis(
      value,
      at,
      call.axes.join([parts[0], axis, parts[1]].filter((part) => part !== undefined)),
    );
    joined.push({ at, parts });
  }
  const isZero = call.op !== 'PadV2' || call.number(2) === 0;
  return {
    outputs: [isZero ? value : { ...value, zero: value.zero.map(() => false) }],
    edit(edit) {
      const numbers = [...pads];
      for (const { at, parts } of joined) {
        for (const [i, part] of parts.entries()) {
          if (part !== undefined) numbers[2 * at + i] = Number(edit.lengthOf(part));
        }
      }
      if (numbers.some((each, i) => each !== pads[i])) edit.matrix(1, [own.length, 2], numbers);
    },
  };
};

/** Channels become places: each of those that stay is made of some that stand far apart. */
const depthToSpace: Rule = (call) => {
  const x = call.input(0);
  const block = numberOf(call, 'block_size', 0);
  const channels = channelsOf(call, x.axes.length);
  const depth = x.axes[channels]?.dim;
  if (channels !== 3 || typeof depth !== 'number' || block < 1 || depth % block ** 2 !== 0) {
    throw new NotFollowed(`${call.place.label}: no blocks of channels`);
  }
  const birth = { label: call.place.label, kind: 'channels' as const };
  const [places, own] = call.axes.split(x.axes[channels]!, [block ** 2, depth / block ** 2], birth);
  call.axes.hold(places!, whyAt(call.place, channels, 'its channels become places'));
  const sizes = new Map<number, Dim>();
  for (const axis of [1, 2]) {
    const { dim } = x.axes[axis]!;
    sizes.set(axis, typeof dim === 'number' ? dim * block : call.open(`axis ${axis}`));
  }
  return { outputs: [withAxis(goAlong(call.place, x, sizes, 'its channels become places'), channels, own!)] };
};

/** Places become examples, or the other way round; the channels go through. */
const batches: Rule = (call) => {
  const x = call.input(0);
  const blocks = call.wholes(1);
  const sizes = new Map<number, Dim>();
  for (let axis = 0; axis <= blocks.length; axis += 1) sizes.set(axis, call.open(`axis ${axis}`));
  return { outputs: [goAlong(call.place, x, sizes, 'places become examples')] };
};

export const windowRules: Readonly<Record<string, Rule>> = {
  MaxPool: pool,
  AvgPool: pool,
  MaxPool3D: pool,
  AvgPool3D: pool,
  ResizeBilinear: resize,
  ResizeNearestNeighbor: resize,
  Pad: pad,
  PadV2: pad,
  MirrorPad: pad,
  DepthToSpace: depthToSpace,
  SpaceToBatchND: batches,
  BatchToSpaceND: batches,
};
