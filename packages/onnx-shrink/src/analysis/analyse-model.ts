import { keepOneEach, keptCount, type Lengths, lengthsOf } from '@synaprune/axes';
import type { ModelProto } from '@synaprune/onnx';
import { settle } from '../cut/settle.js';
import type { FollowOptions } from '../follow/follow-model.js';
import { type Analysis, analyseFollowed } from './analyse.js';

/**
 * The groups of a model that nobody is about to cut: those that a cut in half could be written for.
 *
 * @throws PruneError `bad-model`
 */
export function analyseModel(model: ModelProto, options: FollowOptions): Analysis {
  return settle(model, options, (followed) => planHalf(analyseFollowed(model, followed))).plan.analysis;
}

function planHalf(analysis: Analysis): { readonly analysis: Analysis; readonly lengths: Lengths } {
  const kept = analysis.channels.groups.map(({ channels }) =>
    new Uint8Array(channels).fill(1, 0, keptCount(channels, 0.5)),
  );
  keepOneEach(analysis.followed.axes, analysis.channels, kept, kept);
  return { analysis, lengths: lengthsOf(analysis, kept) };
}
