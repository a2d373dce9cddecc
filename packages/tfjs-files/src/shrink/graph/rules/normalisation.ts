import { computed, holdSome, normaliseChannels, normaliseOver } from '@synaprune/axes';
import { NotFollowed } from '../../follow/followed.js';
import type { Rule } from '../node-call.js';
import { channelsOf } from './attributes.js';

const batch: Rule = (call) => {
  const x = call.input(0);
  const parameters = call.inputs(5).slice(1);
  if (parameters.some(({ axes }) => axes.length !== 1) || x.axes.length < 2) {
    throw new NotFollowed(`${call.place.label}: its parameters are no vectors`);
  }
  return { outputs: [normaliseChannels(call.place, x, channelsOf(call, x.axes.length), parameters)] };
};

const softmax: Rule = (call) => {
  const x = call.input(0);
  return { outputs: [normaliseOver(call.place, x, [x.axes.length - 1])] };
};

/** Every channel by those beside it. */
const neighbours: Rule = (call) => {
  const x = call.input(0);
  holdSome(call.place, x, [x.axes.length - 1], 'a channel is normalised by those beside it');
  return { outputs: [computed(x.axes, x.zero)] };
};

export const normalisationRules: Readonly<Record<string, Rule>> = {
  FusedBatchNorm: batch,
  FusedBatchNormV2: batch,
  FusedBatchNormV3: batch,
  Softmax: softmax,
  LogSoftmax: softmax,
  LRN: neighbours,
};
