import type { Notice } from '@synaprune/core';
import { fixedNotices } from '@synaprune/core/one-shot';
import { isKernel } from '../roles/role.js';
import type { ChosenWeight } from '../weights/find-weights.js';

/** What the choice of weights left alone, or took, that a reader of the result might not expect. */
export function choiceNotices(chosen: readonly ChosenWeight[]): Notice[] {
  const fixed = chosen.filter(
    ({ weight, surveyed }) => isKernel(weight.role) && surveyed.fixed !== undefined,
  );
  return fixedNotices(
    fixed.map(({ weight }) => weight),
    'findTfliteWeights',
  );
}
