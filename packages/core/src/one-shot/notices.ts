import { listNames } from '../checks/legible.js';
import type { Notice } from '../checks/notice.js';
import type { OneShotSparsity } from './sparsity.js';

/** Part of a weight that is left, up to which it is nearly empty, unless hardly more is left of all together. */
const NEARLY_EMPTY = 0.01;

/** `weight-emptied` and `weight-nearly-emptied`: weights that pruning left nothing or hardly anything of. */
export function leftoverNotices(
  weights: readonly (OneShotSparsity & { readonly name: string })[],
  total: OneShotSparsity,
): Notice[] {
  const changed = weights.filter(({ zeros }) => zeros.after > zeros.before);
  const left = ({ elements, zeros }: OneShotSparsity) => elements - zeros.after;
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

/** A notice of some weights, or none where there are none. */
export function told(code: string, weights: readonly string[], message: (names: string) => string): Notice[] {
  return weights.length === 0 ? [] : [{ code, message: message(listNames(weights)), weights }];
}

/**
 * `fixed-basis` and `fixed-basis-pruned`: weights that stand where kernels stand and that nobody learned.
 *
 * @param fixed those, and whether they were pruned
 * @param finder the function that says why
 */
export function fixedNotices(
  fixed: readonly { readonly name: string; readonly pruned: boolean }[],
  finder: string,
): Notice[] {
  const names = (isPruned: boolean) =>
    fixed.filter(({ pruned }) => pruned === isPruned).map(({ name }) => name);
  return [
    ...told(
      'fixed-basis',
      names(false),
      (list) =>
        `${list} stand where kernels stand and are left alone: nobody learned them (${finder} says why); ` +
        'select.include names a weight that is to be pruned all the same',
    ),
    ...told(
      'fixed-basis-pruned',
      names(true),
      (list) =>
        `${list} were pruned, as select.include asks, though nobody learned them (${finder} says why)`,
    ),
  ];
}
