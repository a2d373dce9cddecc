import type { Notice } from '@synaprune/core';
import { told } from '@synaprune/core/one-shot';
import { isKernel } from '../roles/table/role.js';
import type { ChosenWeight } from '../weights/find-weights.js';

/** What the choice of weights left alone, or took, that a reader of the result might not expect. */
export function choiceNotices(chosen: readonly ChosenWeight[]): Notice[] {
  const fixed = chosen.filter(({ surveyed }) => surveyed.fixed?.startsWith('fixed basis') === true);
  const names = (pruned: boolean) =>
    fixed
      .filter(({ weight }) => weight.pruned === pruned && isKernel(weight.role))
      .map(({ weight }) => weight.name);
  const locked = (kind: string) =>
    chosen
      .filter(({ surveyed, weight }) => !weight.pruned && surveyed.locked?.startsWith(kind) === true)
      .map(({ weight }) => weight.name);
  const ordered = locked('ordered');
  const packed = [...locked('numbers'), ...locked('4-bit')];
  return [
    ...told(
      'fixed-basis',
      names(false),
      (list) =>
        `${list} feed kernels' inputs and are left alone: nobody learned them (findWeights says why); ` +
        'select.include names a weight that is to be pruned all the same',
    ),
    ...told(
      'fixed-basis-pruned',
      names(true),
      (list) =>
        `${list} were pruned, as select.include asks, though nobody learned them (findWeights says why)`,
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
