import { holdSome, normaliseChannels, normaliseOver } from '@synaprune/axes';
import { NotFollowed } from '../../follow/followed.js';
import type { LayerRule } from '../layer-call.js';
import { axesAt } from '../settings.js';

const batch: LayerRule = (call) => {
  const x = call.input(0);
  const along = axesAt(call, 'axis', x.axes.length, -1);
  const [channels] = along;
  if (along.length !== 1) throw new NotFollowed(`${call.place.label}: it normalises along several axes`);
  const keys = ['gamma', 'beta', 'moving_mean', 'moving_variance'];
  const parameters = keys.flatMap((key) => call.weight(key) ?? []);
  if (call.weight('moving_mean') === undefined || parameters.some(({ axes }) => axes.length !== 1))
    throw new NotFollowed(`${call.place.label}: no statistics`);
  const value = normaliseChannels(call.place, x, channels!, parameters);
  // Without a factor of its own, only what is 0 stays 0.
  const isZero = call.weight('gamma') !== undefined || x.zero[channels!]!;
  return { outputs: [{ ...value, zero: value.zero.map((zero, i) => (i === channels ? isZero : zero)) }] };
};

const layer: LayerRule = (call) => {
  const x = call.input(0);
  const rank = x.axes.length;
  const over = [...axesAt(call, 'axis', rank, -1)].sort((a, b) => a - b);
  if (over.some((axis, i) => axis !== rank - over.length + i)) {
    throw new NotFollowed(`${call.place.label}: it normalises along axes in the middle`);
  }
  const [gamma, beta] = [call.weight('gamma'), call.weight('beta')];
  if ([gamma, beta].some((each) => each !== undefined && each.axes.length !== over.length)) {
    throw new NotFollowed(`${call.place.label}: its parameters are of another rank`);
  }
  const value = normaliseOver(
    call.place,
    x,
    over,
    [gamma, beta].filter((each) => each !== undefined),
  );
  if (gamma !== undefined) return { outputs: [value] };
  return { outputs: [{ ...value, zero: value.zero.map(() => false) }] };
};

const softmax: LayerRule = (call) => {
  const x = call.input(0);
  return { outputs: [normaliseOver(call.place, x, axesAt(call, 'axis', x.axes.length, -1))] };
};

/** Steps whose features are all one number count for nothing later. */
const masking: LayerRule = (call) => {
  const x = call.input(0);
  holdSome(call.place, x, [x.axes.length - 1], 'steps are left out by what all of it is');
  return { outputs: [x] };
};

export const normalisationRules: Readonly<Record<string, LayerRule>> = {
  BatchNormalization: batch,
  LayerNormalization: layer,
  Softmax: softmax,
  Masking: masking,
};
