import type { Notice } from '@synaprune/core';
import { fixedNotices, told } from '@synaprune/core/one-shot';
import { isKernel } from '../roles/role.js';
import type { ChosenWeight } from '../weights/find-weights.js';
import type { TfjsWeightReport } from './report.js';

/** `zero-not-exact`: quantised weights none of whose codes is exactly zero. */
export function zeroNotices(weights: readonly TfjsWeightReport[]): Notice[] {
  const inexact = weights.filter(({ zero, zeros }) => zero !== 0 && zeros.after > 0);
  const furthest = Math.max(...inexact.map(({ zero }) => Math.abs(zero)));
  return told(
    'zero-not-exact',
    inexact.map(({ name }) => name),
    (names) =>
      `no code of ${names} is exactly zero, so that what was dropped has the code nearest to it, which is up to ` +
      `${furthest.toPrecision(3)} away; pruning before the model is quantised, or quantising with a range around zero, ` +
      'gives exact zeros',
  );
}

/** What the choice of weights left alone, or took, that a reader of the result might not expect. */
export function choiceNotices(chosen: readonly ChosenWeight[]): Notice[] {
  const kernels = chosen.filter(({ weight }) => isKernel(weight.role));
  const fixed = kernels.filter(({ surveyed }) => surveyed.fixed !== undefined);
  const far = kernels.filter(
    ({ weight, surveyed: { format } }) =>
      !weight.pruned && typeof format === 'string' && format.startsWith('quantised'),
  );
  return [
    ...fixedNotices(
      fixed.map(({ weight }) => weight),
      'findTfjsWeights',
    ),
    ...told(
      'no-zero-code',
      far.map(({ weight }) => weight.name),
      (list) =>
        `${list} are left alone: they are quantised over a range that zero is not in, so that nothing in them can ` +
        'be dropped. Prune the model before it is quantised',
    ),
  ];
}
