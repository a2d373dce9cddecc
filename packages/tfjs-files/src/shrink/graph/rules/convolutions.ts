import { type AxedValue, computed, type Dim, elementwise, whyAt } from '@synaprune/axes';
import { moved } from '../../follow/activations.js';
import { alongChannels, eachChannel, filtered, spatialOf, turnedRound } from '../../follow/filters.js';
import { type ModelValue, NotFollowed } from '../../follow/followed.js';
import { transposedCount, type Windows, windowCount } from '../../follow/window-sizes.js';
import type { NodeCall, Rule } from '../node-call.js';
import { channelsOf, numbersOf, textOf } from './attributes.js';
import { keepsZeroOp } from './elementwise.js';

/** The windows of a node along some axes. @param kernel of each, or undefined for what the node says itself */
export function windowsOf(
  call: NodeCall,
  spatial: readonly number[],
  kernel?: readonly number[],
): readonly Windows[] {
  const [strides, dilations] = [numbersOf(call, 'strides'), numbersOf(call, 'dilations')];
  const own = kernel === undefined ? numbersOf(call, 'ksize') : undefined;
  const explicit = numbersOf(call, 'explicit_paddings');
  const padding = textOf(call, 'padding', 'VALID').toLowerCase();
  return spatial.map((axis, i) => ({
    kernel: kernel?.[i] ?? own?.[axis] ?? 1,
    stride: strides?.[axis] ?? 1,
    dilation: dilations?.[axis] ?? 1,
    padding: padding === 'explicit' ? (explicit?.[2 * axis] ?? 0) + (explicit?.[2 * axis + 1] ?? 0) : padding,
  }));
}

/** What a convolution goes by. */
interface Picture {
  readonly x: ModelValue;
  readonly weight: ModelValue;
  readonly channels: number;
  readonly spatial: readonly number[];
  readonly windows: readonly Windows[];
}

/** The picture that a convolution reads, where need be as its filters say that it must be. */
function pictureOf(call: NodeCall, input: number, depthAt: number): Picture {
  const weight = call.input(1);
  const rank = weight.axes.length;
  if (rank < 3) throw new NotFollowed(`${call.place.label}: its filters are no filters`);
  const channels = channelsOf(call, rank);
  const known = call.maybe(input);
  if (known !== undefined && known.axes.length !== rank) {
    throw new NotFollowed(`${call.place.label}: it reads no picture`);
  }
  const depth = weight.axes[rank + depthAt]!.dim;
  const axes = Array.from({ length: known === undefined ? rank : 0 }, (_, i) => {
    const why = whyAt(call.place, i, 'its shape is not known');
    return call.axes.held(i === channels ? depth : call.open(`axis ${i}`), why);
  });
  const x =
    known ??
    computed(
      axes,
      axes.map(() => false),
    );
  const spatial = spatialOf(rank, channels);
  const kernel = weight.axes.slice(0, -2).map(({ dim }) => Number(dim));
  return { x, weight, channels, spatial, windows: windowsOf(call, spatial, kernel) };
}

function sizesOf(call: NodeCall, { x, spatial, windows }: Picture): ReadonlyMap<number, Dim> {
  return new Map(
    spatial.map((axis, i) => [
      axis,
      windowCount(x.axes[axis]!.dim, windows[i]!, () => call.open(`axis ${axis}`)),
    ]),
  );
}

const convolution: Rule = (call) => {
  const picture = pictureOf(call, 0, -2);
  const output = filtered(call.place, { ...picture, sizes: sizesOf(call, picture) });
  const multiplyAdds = [...output.axes, ...picture.weight.axes.slice(0, -1)];
  return { outputs: [finish(call, output, picture.channels)], multiplyAdds };
};

const depthwise: Rule = (call) => {
  const picture = pictureOf(call, 0, -2);
  const output = eachChannel(call.place, { ...picture, sizes: sizesOf(call, picture) });
  const multiplyAdds = [...output.axes, ...picture.weight.axes.slice(0, -2)];
  return { outputs: [finish(call, output, picture.channels)], multiplyAdds };
};

const transposed: Rule = (call) => {
  const picture = pictureOf(call, 2, -1);
  const { x, weight, channels, spatial, windows } = picture;
  const rank = weight.axes.length;
  const target = call.sizes(0);
  const sizes = new Map<number, Dim>();
  for (const [i, axis] of spatial.entries()) {
    const open = () => call.open(`axis ${axis}`);
    sizes.set(axis, target?.[axis]?.dim ?? transposedCount(x.axes[axis]!.dim, windows[i]!, open));
  }
  const output = turnedRound(call.place, { x, weight, channels, sizes });
  const multiplyAdds = [...x.axes, ...weight.axes.slice(0, -1)];
  if (target?.length !== rank) throw new NotFollowed(`${call.place.label}: its shape is computed`);
  return {
    outputs: [output],
    multiplyAdds,
    edit(edit) {
      const made = Number(edit.lengthOf(output.axes[channels]!));
      edit.correct(
        0,
        target,
        target.map((_, i) => (i === channels ? made : undefined)),
      );
    },
  };
};

/** What is done at once behind a product: a bias, an activation. */
export function finish(call: NodeCall, value: AxedValue, channels: number): AxedValue {
  const ops = call.attribute('fused_ops');
  if (!Array.isArray(ops)) return value;
  let made = value;
  let next = 2;
  const argument = () => alongChannels(call.place, call.input(next++), made, channels);
  for (const op of ops) {
    if (op === 'BiasAdd') made = elementwise(call.place, [made, argument()], 'all');
    else if (op === 'Prelu') made = elementwise(call.place, [made, argument()], 'first');
    else {
      const keeps = typeof op === 'string' ? keepsZeroOp(op) : undefined;
      if (keeps === undefined) throw new NotFollowed(`${call.place.label}: it does ${String(op)} at once`);
      if (!keeps) made = moved(made);
    }
  }
  return made;
}

const biasAdd: Rule = (call) => {
  const [x, bias] = [call.input(0), call.input(1)];
  const along = alongChannels(call.place, bias, x, channelsOf(call, x.axes.length));
  return { outputs: [elementwise(call.place, [x, along], 'all')] };
};

export const convolutionRules: Readonly<Record<string, Rule>> = {
  Conv2D: convolution,
  _FusedConv2D: convolution,
  Conv3D: convolution,
  DepthwiseConv2dNative: depthwise,
  DepthwiseConv2d: depthwise,
  FusedDepthwiseConv2dNative: depthwise,
  Conv2DBackpropInput: transposed,
  BiasAdd: biasAdd,
};
