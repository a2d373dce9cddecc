import * as tf from '@tensorflow/tfjs';
import { EDGE } from './digits.js';

/** Filters of the 3×3 convolution that comes first. */
const FIRST = 16;

/** Filters and strides of the blocks. */
const BLOCKS = [
  [64, 2],
  [128, 1],
  [128, 1],
  [256, 1],
  [256, 1],
] as const;

/**
 * A net of the kind of MobileNet-v1: a 3×3 convolution with stride 2, depthwise 3×3 and 1×1 ones by turns, a mean and a
 * dense layer. Without normalisations, which would end in the kernels. Its 1×1 kernels are `point0/kernel` and so on, and
 * hold 123,904 of 133,674 weights.
 */
export function mobileNet(): tf.LayersModel {
  const { conv2d, depthwiseConv2d, globalAveragePooling2d, dense } = tf.layers;
  const relu = { padding: 'same', activation: 'relu' } as const;
  let seed = 0;
  const initial = (scale: number) => {
    seed += 1;
    return tf.initializers.varianceScaling({ scale, mode: 'fanIn', distribution: 'normal', seed });
  };
  const input = tf.input({ shape: [EDGE, EDGE, 3] });
  const layers: tf.layers.Layer[] = [
    conv2d({
      name: 'first',
      filters: FIRST,
      kernelSize: 3,
      strides: 2,
      ...relu,
      kernelInitializer: initial(2),
    }),
  ];
  let channels = FIRST;
  for (const [i, [filters, strides]] of BLOCKS.entries()) {
    // tfjs counts all channels as inputs of each.
    const depthwiseInitializer = initial(2 * channels);
    layers.push(
      depthwiseConv2d({ name: `each${i}`, kernelSize: 3, strides, ...relu, depthwiseInitializer }),
      conv2d({ name: `point${i}`, filters, kernelSize: 1, ...relu, kernelInitializer: initial(2) }),
    );
    channels = filters;
  }
  layers.push(
    globalAveragePooling2d({ name: 'mean' }),
    dense({ name: 'out', units: 10, kernelInitializer: initial(1) }),
  );
  const output = layers.reduce((value, layer) => layer.apply(value) as tf.SymbolicTensor, input);
  return tf.model({ inputs: input, outputs: output });
}
