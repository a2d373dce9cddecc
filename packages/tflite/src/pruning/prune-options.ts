import { type OneShotOptions, requireOneShotOptions } from '@synaprune/core/one-shot';
import {
  type TfliteWeight,
  type TfliteWeightOptions,
  WEIGHT_ELSEWHERE,
  WEIGHT_OPTIONS,
} from '../weights/find-weights.js';

/** How `pruneTflite` prunes, in the words of `createPruner`. */
export interface PruneTfliteOptions extends TfliteWeightOptions, OneShotOptions<TfliteWeight> {}

/** @throws TypeError | RangeError when an option is unknown, at any depth, or has a wrong type or value */
export function requirePruneOptions(caller: string, options: PruneTfliteOptions): PruneTfliteOptions {
  return requireOneShotOptions(caller, options, { keys: WEIGHT_OPTIONS, elsewhere: WEIGHT_ELSEWHERE });
}
