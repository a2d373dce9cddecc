import type { Notice } from '@synaprune/core';
import { reportOnce, sparsityOf } from '@synaprune/core/one-shot';
import type { ChosenWeight } from '../weights/find-weights.js';
import { choiceNotices } from './notices.js';
import type { OnnxReport, OnnxWeightReport } from './report.js';

/**
 * @param zeros of each pruned weight, afterwards
 * @param before of each pruned weight, where they were counted on the way
 */
export function reportOf(
  chosen: readonly ChosenWeight[],
  zeros: readonly number[],
  sizeBytes: number,
  {
    before = [],
    notices = [],
  }: { readonly before?: readonly number[]; readonly notices?: readonly Notice[] } = {},
): OnnxReport {
  const weights = chosen
    .filter(({ weight }) => weight.pruned)
    .map(({ weight }, i): OnnxWeightReport => {
      const { name, place, shape, dataType, role, elements } = weight;
      const was = before[i] ?? weight.zeros ?? 0;
      return { name, place, shape, dataType, role, ...sparsityOf(elements, was, zeros[i]!) };
    });
  return { ...reportOnce(chosen, weights, [...notices, ...choiceNotices(chosen)]), sizeBytes };
}
