import { reportOnce, sparsityOf } from '@synaprune/core/one-shot';
import type { ChosenWeight } from '../weights/find-weights.js';
import { choiceNotices, zeroNotices } from './notices.js';
import type { TfjsReport, TfjsWeightReport } from './report.js';

/** @param zeros of each pruned weight, afterwards */
export function reportOf(
  chosen: readonly ChosenWeight[],
  zeros: readonly number[],
  sizeBytes: number,
): TfjsReport {
  const weights = chosen
    .filter(({ weight }) => weight.pruned)
    .map(({ weight, surveyed: { format } }, i): TfjsWeightReport => {
      const { name, place, shape, dtype, storage, role, elements } = weight;
      const zero = typeof format === 'string' ? 0 : format.zero;
      const counts = sparsityOf(elements, weight.zeros ?? 0, zeros[i]!);
      return { name, place, shape, dtype, storage, role, zero, ...counts };
    });
  const notices = [...zeroNotices(weights), ...choiceNotices(chosen)];
  return { ...reportOnce(chosen, weights, notices), sizeBytes };
}
