import type { LayerRule } from '../layer-call.js';
import { activation, leakyRelu, relu, softmax } from './activations.js';
import { convolution, depthwise, separable } from './convolutions.js';
import { dense } from './dense.js';
import { concatenate, flatten, nothing, reshapeTo, zeroPadding } from './forms.js';
import { add, multiply } from './merges.js';
import { batchNormalisation } from './normalisation.js';
import { averagePool, globalAverage, maxPool } from './pools.js';

const RULES: Readonly<Record<string, LayerRule>> = {
  Activation: activation,
  ActivityRegularization: nothing,
  Add: add,
  AlphaDropout: nothing,
  AveragePooling2D: averagePool,
  BatchNormalization: batchNormalisation,
  Concatenate: concatenate,
  Conv2D: convolution,
  Dense: dense,
  DepthwiseConv2D: depthwise,
  Dropout: nothing,
  Flatten: flatten,
  GaussianDropout: nothing,
  GaussianNoise: nothing,
  GlobalAveragePooling2D: globalAverage,
  LeakyReLU: leakyRelu,
  MaxPooling2D: maxPool,
  Multiply: multiply,
  ReLU: relu,
  Reshape: reshapeTo,
  SeparableConv2D: separable,
  Softmax: softmax,
  SpatialDropout2D: nothing,
  ZeroPadding2D: zeroPadding,
};

/** The layers that can be written, by their classes. */
export const LAYERS: readonly string[] = Object.keys(RULES);

export function ruleOf(className: string): LayerRule | undefined {
  return Object.hasOwn(RULES, className) ? RULES[className] : undefined;
}
