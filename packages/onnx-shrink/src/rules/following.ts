import type { FollowOptions } from '../follow/follow-model.js';
import type { ChannelOptions } from '../options.js';
import { ruleOf } from './rules.js';

/** How models are followed: by the rules of all operators. @param fixed tensors that nobody learned, and why */
export function following(
  across: ChannelOptions['across'],
  fixed: ReadonlyMap<string, string>,
): FollowOptions {
  return { ruleOf, acrossNormalisation: across === 'normalisation', fixed };
}
