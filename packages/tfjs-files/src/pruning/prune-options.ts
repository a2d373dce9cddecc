import { type OneShotOptions, requireOneShotOptions } from '@synaprune/core/one-shot';
import {
  type TfjsWeight,
  type TfjsWeightOptions,
  WEIGHT_ELSEWHERE,
  WEIGHT_OPTIONS,
} from '../weights/find-weights.js';

/** How `pruneTfjs` prunes, in the words of `createPruner`. */
export interface PruneTfjsOptions extends TfjsWeightOptions, OneShotOptions<TfjsWeight> {}

/** @throws TypeError | RangeError when an option is unknown, at any depth, or has a wrong type or value */
export function requirePruneOptions(caller: string, options: PruneTfjsOptions): PruneTfjsOptions {
  return requireOneShotOptions(caller, options, { keys: WEIGHT_OPTIONS, elsewhere: WEIGHT_ELSEWHERE });
}
