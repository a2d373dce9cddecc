import type { Notice } from '@synaprune/core';
import { listNames } from '@synaprune/core/checks';
import { isKernel } from '../roles/table/role.js';
import type { ChosenWeight } from '../weights/find-weights.js';
import type { OnnxSparsity, OnnxWeightReport } from './report.js';

/** Part of a weight that is left, up to which it is nearly empty, unless hardly more is left of all together. */
const NEARLY_EMPTY = 0.01;

/** `weight-emptied` and `weight-nearly-emptied`: weights that pruning left nothing or hardly anything of. */
export function leftoverNotices(weights: readonly OnnxWeightReport[], total: OnnxSparsity): Notice[] {
  const changed = weights.filter(({ zeros }) => zeros.after > zeros.before);
  const left = ({ elements, zeros }: OnnxSparsity) => elements - zeros.after;
  const emptied = changed.filter((weight) => left(weight) === 0).map(({ name }) => name);
  const nearly = changed
    .filter((weight) => left(weight) > 0 && left(weight) <= NEARLY_EMPTY * weight.elements)
    .map(({ name }) => name);
  const keep = "a floor, distribution: 'uniform' or select.exclude";
  return [
    ...told('weight-emptied', emptied, (names) => `nothing is left of ${names}; ${keep} keeps a weight`),
    ...told(
      'weight-nearly-emptied',
      left(total) > NEARLY_EMPTY * total.elements ? nearly : [],
      (names) => `at most 1 % is left of ${names}, far less than of all weights together; ${keep} keeps more`,
    ),
  ];
}

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

function told(code: string, weights: readonly string[], message: (names: string) => string): Notice[] {
  return weights.length === 0 ? [] : [{ code, message: message(listNames(weights)), weights }];
}
