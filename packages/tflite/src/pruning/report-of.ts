import type { Notice } from '@synaprune/core';
import { leftoverNotices, sparsityOf, totalOf } from '@synaprune/core/one-shot';
import type { ChosenWeight } from '../weights/find-weights.js';
import { choiceNotices } from './notices.js';
import type { TfliteChange, TfliteReport, TfliteWeightReport } from './report.js';

/** @param zeros of each pruned weight, afterwards */
export function reportOf(
  chosen: readonly ChosenWeight[],
  zeros: readonly number[],
  sizeBytes: TfliteChange,
  notices: readonly Notice[] = [],
): TfliteReport {
  const weights = chosen
    .filter(({ weight }) => weight.pruned)
    .map(
      (
        { weight: { name, place, shape, dataType, role, elements, zeros: before } },
        i,
      ): TfliteWeightReport => {
        return { name, place, shape, dataType, role, ...sparsityOf(elements, before ?? 0, zeros[i]!) };
      },
    );
  const total = totalOf(weights);
  return {
    weights,
    total,
    leftAlone: chosen
      .filter(({ weight }) => !weight.pruned)
      .map(({ weight: { name, elements, reason } }) => ({ name, elements, reason })),
    sizeBytes,
    notices: [...notices, ...choiceNotices(chosen), ...leftoverNotices(weights, total)],
  };
}
