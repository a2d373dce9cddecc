import { elementsOf } from '@synaprune/core/checks';
import { travelOf } from '../../model/window.js';
import {
  cannot,
  imageOf,
  type LayerCall,
  type LayerRule,
  paddingOf,
  pairOf,
  requireEdge,
  requireSaid,
} from '../layer-call.js';
import type { Step, Value, Weighted } from '../step.js';
import { finished } from './activations.js';

export const convolution: LayerRule = (call) => {
  if ((call.setting('groups') ?? 1) !== 1) throw cannot(call, 'its groups');
  const { shape, values } = call.weight('kernel', 4);
  requireEdge(call, 'a kernel', shape[2]!, imageOf(call)[3]);
  requireSaid(call, 'kernel_size', shape.slice(0, 2));
  requireSaid(call, 'filters', shape[3]!);
  return finished(call, [
    convolve(call, call.input, call.name, pointsOf(call, 'kernel', shape, values), true),
  ]);
};

export const depthwise: LayerRule = (call) => {
  if (pairOf(call, 'dilation_rate', 1).some((rate) => rate !== 1)) {
    throw cannot(
      call,
      `its dilation_rate ${JSON.stringify(call.setting('dilation_rate'))}, which tfjs leaves aside`,
    );
  }
  return finished(call, [convolve(call, call.input, call.name, eachOf(call, true), true)]);
};

export const separable: LayerRule = (call) => {
  const each = convolve(call, call.input, `${call.name}/depthwise`, eachOf(call, false), true);
  const { shape, values } = call.weight('pointwise_kernel', 4);
  requireEdge(call, 'a pointwise kernel', shape[2]!, each.gives.shape[3]!);
  requireSaid(call, 'filters', shape[3]!);
  const points = pointsOf(call, 'pointwise_kernel', shape, values);
  return finished(call, [each, convolve(call, each.gives, call.name, points, false)]);
};

/** A kernel of tfjs, `[height, width, inputs, outputs]`, as `[outputs, height, width, inputs]`. */
function pointsOf(
  call: LayerCall,
  key: string,
  [height = 0, width = 0, inputs = 0, outputs = 0]: readonly number[],
  values: Float32Array,
): Weighted {
  const made = new Float32Array(values.length);
  const rows = height * width * inputs;
  for (let row = 0; row < rows; row += 1) {
    for (let output = 0; output < outputs; output += 1)
      made[output * rows + row] = values[row * outputs + output]!;
  }
  return {
    kernel: { name: call.weightName(key), shape: [outputs, height, width, inputs], values: made },
    bias: biasOf(call, outputs, true),
    channels: 'first',
  };
}

/** A depthwise kernel `[height, width, inputs, each]`, whose numbers lie as those of `[1, height, width, inputs · each]`. */
function eachOf(call: LayerCall, biased: boolean): Weighted {
  const { shape, values } = call.weight('depthwise_kernel', 4);
  const [height = 0, width = 0, inputs = 0, each = 0] = shape;
  requireEdge(call, 'a depthwise kernel', inputs, imageOf(call)[3]);
  requireSaid(call, 'kernel_size', [height, width]);
  requireSaid(call, 'depth_multiplier', each);
  return {
    kernel: { name: call.weightName('depthwise_kernel'), shape: [1, height, width, inputs * each], values },
    bias: biasOf(call, inputs * each, biased),
    channels: 'last',
  };
}

/** The bias of a layer; zeros where it has none, which a normalisation behind it changes. */
export function biasOf(call: LayerCall, outputs: number, biased: boolean): Weighted['bias'] {
  if (biased) requireSaid(call, 'use_bias', call.has('bias'));
  if (!biased || !call.has('bias')) {
    return {
      name: `${call.name}/${biased ? 'bias' : 'depthwise_bias'}`,
      shape: [outputs],
      values: new Float32Array(outputs),
    };
  }
  const { shape, values } = call.weight('bias', 1);
  requireEdge(call, 'a bias', elementsOf(shape), outputs);
  return { name: call.weightName('bias'), shape, values };
}

/** @param moves whether its window moves as the layer says, not pixel by pixel */
function convolve(call: LayerCall, input: Value, name: string, weighted: Weighted, moves: boolean): Step {
  const [, height = 0, width = 0] = input.shape;
  const { shape } = weighted.kernel;
  const padding = moves ? paddingOf(call) : 'valid';
  const strides = moves ? pairOf(call, 'strides', 1) : ([1, 1] as const);
  const dilations = moves ? pairOf(call, 'dilation_rate', 1) : ([1, 1] as const);
  const travels = [height, width].map((size, i) => {
    return travelOf(size, shape[i + 1]!, strides[i]!, dilations[i]!, padding).positions;
  });
  if (travels.some((positions) => positions < 1))
    throw cannot(call, 'its kernel is larger than what it reads');
  const each = weighted.channels === 'last';
  const channels = each ? shape[3]! : shape[0]!;
  const multiplier = { depthMultiplier: channels / input.shape[3]! };
  return {
    op: each ? 'DEPTHWISE_CONV_2D' : 'CONV_2D',
    reads: [input],
    gives: { name, shape: [1, travels[0]!, travels[1]!, channels] },
    constants: [],
    weighted,
    options: each ? 'DepthwiseConv2DOptions' : 'Conv2DOptions',
    settings: {
      padding: padding === 'same' ? 0 : 1,
      strideH: strides[0],
      strideW: strides[1],
      dilationH: dilations[0],
      dilationW: dilations[1],
      ...(each ? multiplier : {}),
    },
    activation: 0,
  };
}
