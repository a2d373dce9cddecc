import type { Notice } from '@synaprune/core';
import { told } from '@synaprune/core/one-shot';
import { isKernel } from '../roles/role.js';
import type { ChosenWeight } from '../weights/find-weights.js';

/** What the choice of weights left alone, or took, that a reader of the result might not expect. */
export function choiceNotices(chosen: readonly ChosenWeight[]): Notice[] {
  const fixed = (pruned: boolean) =>
    chosen
      .filter(
        ({ weight, surveyed }) =>
          isKernel(weight.role) && surveyed.fixed !== undefined && weight.pruned === pruned,
      )
      .map(({ weight }) => weight.name);
  return [
    ...told(
      'fixed-basis',
      fixed(false),
      (list) =>
        `${list} stand where kernels stand and are left alone: nobody learned them (findTfliteWeights says why); ` +
        'select.include names a weight that is to be pruned all the same',
    ),
    ...told(
      'fixed-basis-pruned',
      fixed(true),
      (list) =>
        `${list} were pruned, as select.include asks, though nobody learned them (findTfliteWeights says why)`,
    ),
  ];
}
