import { type OneShotOptions, requireOneShotOptions, SELECT_ELSEWHERE } from '@synaprune/core/one-shot';
import { type OnnxWeight, WEIGHT_OPTIONS, type WeightOptions } from '../weights/find-weights.js';

/** How `pruneOnnx` prunes, in the words of `createPruner`. */
export interface PruneOnnxOptions extends WeightOptions, OneShotOptions<OnnxWeight> {}

/**
 * @param more options of the caller's own
 * @throws TypeError | RangeError when an option is unknown, at any depth, or has a wrong type or value
 */
export function requirePruneOptions<Options extends Omit<PruneOnnxOptions, 'externalData'>>(
  caller: string,
  options: Options,
  more: readonly string[] = [],
): Options {
  return requireOneShotOptions(caller, options, {
    keys: [...WEIGHT_OPTIONS, ...more],
    elsewhere: SELECT_ELSEWHERE,
  });
}
