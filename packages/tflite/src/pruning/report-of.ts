import type { Notice } from '@synaprune/core';
import { reportOnce, sparsityOf } from '@synaprune/core/one-shot';
import type { ChosenWeight } from '../weights/find-weights.js';
import { choiceNotices } from './notices.js';
import type { TfliteReport, TfliteWeightReport } from './report.js';

/** @param zeros of each pruned weight, afterwards */
export function reportOf(
  chosen: readonly ChosenWeight[],
  zeros: readonly number[],
  sizeBytes: TfliteReport['sizeBytes'],
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
  return { ...reportOnce(chosen, weights, [...notices, ...choiceNotices(chosen)]), sizeBytes };
}
