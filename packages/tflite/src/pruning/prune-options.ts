import { requireBoolean } from '@synaprune/core/checks';
import { type OneShotOptions, requireOneShotOptions, SELECT_ELSEWHERE } from '@synaprune/core/one-shot';
import { type TfliteWeight, type TfliteWeightOptions, WEIGHT_OPTIONS } from '../weights/find-weights.js';

/** How `pruneTflite` prunes, in the words of `createPruner`. */
export interface PruneTfliteOptions extends TfliteWeightOptions, OneShotOptions<TfliteWeight> {
  /**
   * Whether the filters of 1×1 convolutions and fully connected layers are stored sparse, behind `DENSIFY`, and what
   * stands around them is written so that XNNPACK (LiteRT.js on wasm, LiteRT on CPUs) runs them sparse: convolutions with
   * strides read zeros that are written out, not SAME; a pool over all pixels becomes a `MEAN`. Outputs stay the same up
   * to the order of sums. What cannot be stored sparse (depthwise filters, 3×3 ones, quantised ones) runs dense whatever
   * is zero in it, and is left alone unless `select.include` picks it; `report.leftAlone` says why. Off unless told.
   */
  readonly sparse?: boolean;
}

/** @throws TypeError | RangeError when an option is unknown, at any depth, or has a wrong type or value */
export function requirePruneOptions(caller: string, options: PruneTfliteOptions): PruneTfliteOptions {
  const keys = [...WEIGHT_OPTIONS, 'sparse'];
  const checked = requireOneShotOptions(caller, options, { keys, elsewhere: SELECT_ELSEWHERE });
  requireBoolean(caller, 'sparse', checked.sparse ?? false);
  return checked;
}
