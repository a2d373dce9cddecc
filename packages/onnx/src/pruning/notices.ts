import type { Notice } from '@synaprune/core';
import { fixedNotices, told } from '@synaprune/core/one-shot';
import { isKernel } from '../roles/table/role.js';
import type { ChosenWeight } from '../weights/find-weights.js';

/** What the choice of weights left alone, or took, that a reader of the result might not expect. */
export function choiceNotices(chosen: readonly ChosenWeight[]): Notice[] {
  const fixed = chosen.filter(
    ({ weight, surveyed }) => isKernel(weight.role) && surveyed.fixed?.startsWith('fixed basis') === true,
  );
  const locked = (kind: string) =>
    chosen
      .filter(({ surveyed, weight }) => !weight.pruned && surveyed.locked?.startsWith(kind) === true)
      .map(({ weight }) => weight.name);
  const ordered = locked('ordered');
  const packed = [...locked('numbers'), ...locked('4-bit')];
  return [
    ...fixedNotices(
      fixed.map(({ weight }) => weight),
      'findWeights',
    ),
    ...told(
      'machine-layout',
      ordered,
      (list) =>
        `${list} are left alone: an optimiser ordered them for one kind of machine. Prune the model before it is optimised`,
    ),
    ...told(
      'packed-weights',
      packed,
      (list) =>
        `${list} are left alone: several numbers of a few bits share a byte there. Prune the model before it is quantised`,
    ),
  ];
}
