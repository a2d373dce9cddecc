import { elementwise } from '@synaprune/axes';
import { activate, moved } from '../../follow/activations.js';
import type { LayerRule } from '../layer-call.js';

/** As it came, where the model is run. */
const passOn: LayerRule = (call) => ({ outputs: [call.input(0)] });

const activation: LayerRule = (call) => ({
  outputs: [activate(call.place, call.input(0), call.setting('activation'))],
});

/** 0 becomes 0, unless it is told to begin elsewhere. */
const rectified: LayerRule = (call) => {
  const threshold = call.setting('threshold') ?? 0;
  return { outputs: [threshold === 0 ? call.input(0) : moved(call.input(0))] };
};

/** What is below a threshold becomes 0. */
const thresholded: LayerRule = (call) => ({ outputs: [call.input(0)] });

/** A slope of its own for every element of an example, or for all along some axes. */
const parametric: LayerRule = (call) => {
  const x = call.input(0);
  const alpha = call.needed('alpha', x.axes.length - 1);
  return { outputs: [elementwise(call.place, [x, alpha], 'first')] };
};

const rescaling: LayerRule = (call) => {
  const x = call.input(0);
  return { outputs: [(call.setting('offset') ?? 0) === 0 ? x : moved(x)] };
};

const NOISE = [
  ...['ActivityRegularization', 'AlphaDropout', 'Dropout', 'GaussianDropout', 'GaussianNoise'],
  ...['SpatialDropout1D', 'SpatialDropout2D', 'SpatialDropout3D'],
];

export const pointwiseRules: Readonly<Record<string, LayerRule>> = {
  ...Object.fromEntries(NOISE.map((name) => [name, passOn])),
  Activation: activation,
  ReLU: rectified,
  LeakyReLU: passOn,
  ELU: passOn,
  ThresholdedReLU: thresholded,
  PReLU: parametric,
  Rescaling: rescaling,
};
