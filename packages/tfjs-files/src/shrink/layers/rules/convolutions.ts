import { type AxedValue, computed, type Dim, elementwise, whyAt } from '@synaprune/axes';
import { activate } from '../../follow/activations.js';
import {
  alongChannels,
  type Convolving,
  eachChannel,
  filtered,
  spatialOf,
  turnedRound,
} from '../../follow/filters.js';
import { type ModelValue, NotFollowed } from '../../follow/followed.js';
import { transposedCount, type Windows, windowCount } from '../../follow/window-sizes.js';
import type { LayerCall, LayerRule } from '../layer-call.js';
import { channelsAt, perAxis } from '../settings.js';

/** What a convolution goes by. @param depthAt the axis of its filters with the channels that it reads, from behind */
function convolvingOf(call: LayerCall, weight: ModelValue, depthAt: number, turned = false): Convolving {
  const rank = weight.axes.length;
  const channels = channelsAt(call, rank);
  const known = call.given[0];
  if (known !== undefined && known.axes.length !== rank) {
    throw new NotFollowed(`${call.place.label}: it reads no picture`);
  }
  if (known === undefined && call.given.length !== 1) throw new NotFollowed(`${call.place.label}: no input`);
  const x = known ?? unknownPicture(call, rank, channels, weight.axes.at(depthAt)!.dim);
  const spatial = spatialOf(rank, channels);
  const [strides, dilations] = [
    perAxis(call, 'strides', spatial.length, 1),
    perAxis(call, 'dilation_rate', spatial.length, 1),
  ];
  const padding = call.setting('padding') ?? 'valid';
  if (typeof padding !== 'string') throw new NotFollowed(`${call.place.label}: padding is no text`);
  const sizes = new Map<number, Dim>();
  for (const [i, axis] of spatial.entries()) {
    const windows: Windows = {
      kernel: Number(weight.axes[i]!.dim),
      stride: strides[i]!,
      dilation: dilations[i]!,
      padding,
    };
    const open = () => call.open(`axis ${axis}`);
    const told = call.setting('output_padding') ?? null;
    const count = turned
      ? told === null
        ? transposedCount(x.axes[axis]!.dim, windows, open)
        : open()
      : windowCount(x.axes[axis]!.dim, windows, open);
    sizes.set(axis, count);
  }
  return { x, weight, channels, sizes };
}

/** A picture that nothing is known of but what filters say. */
function unknownPicture(call: LayerCall, rank: number, channels: number, depth: Dim): AxedValue {
  const axes = Array.from({ length: rank }, (_, i) =>
    call.axes.held(
      i === channels ? depth : call.open(`axis ${i}`),
      whyAt(call.place, i, 'its shape is not known'),
    ),
  );
  return computed(
    axes,
    axes.map(() => false),
  );
}

/** Bias and activation. */
function finished(call: LayerCall, value: AxedValue, channels: number): AxedValue {
  const bias = call.weight('bias');
  const shifted =
    bias === undefined
      ? value
      : elementwise(call.place, [value, alongChannels(call.place, bias, value, channels)], 'all');
  const activation = call.setting('activation');
  // Softmax compares along the last axis, wherever the channels are.
  return activate(call.place, shifted, activation);
}

function requireOneGroup(call: LayerCall): void {
  const groups = call.setting('groups') ?? 1;
  if (groups !== 1) throw new NotFollowed(`${call.place.label}: it has groups`);
}

const convolution =
  (dimensions: number): LayerRule =>
  (call) => {
    requireOneGroup(call);
    const parts = convolvingOf(call, call.needed('kernel', dimensions + 2), -2);
    const output = filtered(call.place, parts);
    const { axes } = parts.weight;
    return {
      outputs: [finished(call, output, parts.channels)],
      multiplyAdds: [[...output.axes, ...axes.slice(0, -1)]],
      edit(config, { lengthOf }) {
        config.filters = lengthOf(axes.at(-1)!);
      },
    };
  };

const transposed =
  (dimensions: number): LayerRule =>
  (call) => {
    requireOneGroup(call);
    const parts = convolvingOf(call, call.needed('kernel', dimensions + 2), -1, true);
    const output = turnedRound(call.place, parts);
    const { axes } = parts.weight;
    return {
      outputs: [finished(call, output, parts.channels)],
      multiplyAdds: [[...parts.x.axes, ...axes.slice(0, -1)]],
      edit(config, { lengthOf }) {
        config.filters = lengthOf(axes.at(-2)!);
      },
    };
  };

const depthwise: LayerRule = (call) => {
  const parts = convolvingOf(call, call.needed('depthwise_kernel', 4), -2);
  const output = eachChannel(call.place, parts);
  const { axes } = parts.weight;
  return {
    outputs: [finished(call, output, parts.channels)],
    multiplyAdds: [[...output.axes, ...axes.slice(0, -2)]],
    edit(config, { lengthOf }) {
      config.depth_multiplier = lengthOf(axes.at(-1)!);
    },
  };
};

/** Every channel by itself, then all together at every place. */
const separable =
  (dimensions: number): LayerRule =>
  (call) => {
    const parts = convolvingOf(call, call.needed('depthwise_kernel', dimensions + 2), -2);
    const point = call.needed('pointwise_kernel', dimensions + 2);
    const between = eachChannel(call.place, parts);
    const { channels } = parts;
    const sizes = new Map([...parts.sizes.keys()].map((axis) => [axis, between.axes[axis]!.dim]));
    const output = filtered(call.place, { x: between, weight: point, channels, sizes });
    return {
      outputs: [finished(call, output, channels)],
      multiplyAdds: [
        [...between.axes, ...parts.weight.axes.slice(0, -2)],
        [...output.axes, point.axes.at(-2)!],
      ],
      edit(config, { lengthOf }) {
        config.filters = lengthOf(point.axes.at(-1)!);
        config.depth_multiplier = lengthOf(parts.weight.axes.at(-1)!);
      },
    };
  };

export const convolutionRules: Readonly<Record<string, LayerRule>> = {
  Conv1D: convolution(1),
  Conv2D: convolution(2),
  Conv3D: convolution(3),
  Conv2DTranspose: transposed(2),
  Conv3DTranspose: transposed(3),
  DepthwiseConv2D: depthwise,
  SeparableConv1D: separable(1),
  SeparableConv2D: separable(2),
};
