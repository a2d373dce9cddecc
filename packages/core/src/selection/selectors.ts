import { elementsOf } from '../checks/elements-of.js';
import { PruneError } from '../checks/errors.js';
import { describe, listNames, quote } from '../checks/legible.js';
import { didYouMean, requireOptions, requireShapes, requireWhole } from '../checks/require.js';

/** What a selector may look at. */
export interface Candidate {
  readonly name: string;
  readonly shape: readonly number[];
}

/** Picks weights: by exact name, by a pattern on the name, or by a predicate. */
export type Selector = string | RegExp | ((candidate: Candidate) => boolean);

/**
 * Which weights. The same at every door: `include` picks (all unless told), `exclude` takes out of what is picked, and
 * weights of fewer than `minElements` elements are left out unless `include` names them. One selector, or a list of
 * them, is short for `include`.
 */
export type Select =
  | Selector
  | readonly Selector[]
  | {
      readonly include?: Selector | readonly Selector[];
      readonly exclude?: Selector | readonly Selector[];
      /** 0 unless told. */
      readonly minElements?: number;
    };

/**
 * The candidates that a {@link Select} leaves, in their own order.
 *
 * @param caller whose option it is, for errors
 * @throws PruneError `unmatched-selector` when a selector picks nothing
 * @throws TypeError | RangeError when it is no such option
 *
 * @example
 * ```ts
 * import { applySelect } from '@synaprune/core';
 *
 * const weights = [{ name: 'lstm/kernel', shape: [4, 8] }, { name: 'lstm/bias', shape: [8] }, { name: 'head', shape: [8] }];
 * const left = applySelect('createPruner', weights, { exclude: /bias$/, minElements: 16 });
 * console.log(left.map(({ name }) => name)); // [ 'lstm/kernel' ]
 * ```
 */
export function applySelect<Weight extends Candidate>(
  caller: string,
  candidates: readonly Weight[],
  select: Select | undefined,
): Weight[] {
  requireShapes(caller, candidates);
  if (select === undefined) return [...candidates];
  const { include, exclude, minElements = 0 } = readSelect(caller, select);
  const picked = include === undefined ? [...candidates] : selectWeights(candidates, include);
  const named = new Set(include?.filter((one) => typeof one === 'string'));
  const out = new Set(selectWeights(candidates, exclude));
  return picked.filter(
    (candidate) =>
      !out.has(candidate) && (named.has(candidate.name) || elementsOf(candidate.shape) >= minElements),
  );
}

/** What a {@link Select} says, as lists, however it was written. */
export interface SelectLists {
  /** Everything that may be picked, unless told. */
  readonly include: readonly Selector[] | undefined;
  readonly exclude: readonly Selector[];
  readonly minElements: number | undefined;
}

/**
 * Reads a {@link Select} for doors that choose by more than it says, as those that know what a kernel is.
 *
 * @param caller whose option it is, for errors
 * @throws TypeError | RangeError when it is no such option
 *
 * @example
 * ```ts
 * import { readSelect } from '@synaprune/core';
 *
 * console.log(readSelect('pruneModel', 'head')); // { include: [ 'head' ], exclude: [], minElements: undefined }
 * ```
 */
export function readSelect(caller: string, select: Select | undefined): SelectLists {
  if (select === undefined) return { include: undefined, exclude: [], minElements: undefined };
  if (isSelector(select) || Array.isArray(select)) {
    return { include: listOf(caller, 'select', select), exclude: [], minElements: undefined };
  }
  requireOptions(caller, 'select', select, ['include', 'exclude', 'minElements']);
  const { include, exclude, minElements } = select as Exclude<Select, Selector | readonly Selector[]>;
  if (minElements !== undefined) requireWhole(caller, 'select.minElements', minElements);
  return {
    include: include === undefined ? undefined : listOf(caller, 'select.include', include),
    exclude: exclude === undefined ? [] : listOf(caller, 'select.exclude', exclude),
    minElements,
  };
}

function isSelector(select: unknown): select is Selector {
  return typeof select === 'string' || typeof select === 'function' || select instanceof RegExp;
}

function listOf(
  caller: string,
  field: string,
  selectors: Selector | readonly Selector[],
): readonly Selector[] {
  const list: unknown = isSelector(selectors) ? [selectors] : selectors;
  if (Array.isArray(list) && list.every(isSelector)) return list;
  const wrong = Array.isArray(list) ? list.find((one) => !isSelector(one)) : list;
  throw new TypeError(
    `${caller} needs ${field} to be names, patterns and predicates, one or an array of them; got ${describe(wrong)}`,
  );
}

/**
 * The candidates that at least one selector picks, in their own order.
 *
 * @throws PruneError `unmatched-selector` when a selector picks nothing; the message lists what the others
 *   picked and what there was to pick from
 * @throws TypeError when a selector is neither text, pattern nor function
 *
 * @example
 * ```ts
 * import { selectWeights } from '@synaprune/core';
 *
 * const weights = [{ name: 'lstm/kernel', shape: [4, 8] }, { name: 'lstm/bias', shape: [8] }];
 * console.log(selectWeights(weights, [/kernel$/]).map(({ name }) => name)); // [ 'lstm/kernel' ]
 * ```
 */
export function selectWeights<Weight extends Candidate>(
  candidates: readonly Weight[],
  selectors: readonly Selector[],
): Weight[] {
  if (!Array.isArray(selectors))
    throw new TypeError(`selectors come in an array, got ${describe(selectors)}`);
  requireShapes('selectWeights', candidates);
  const picked = new Set<Weight>();
  const unmatched: Selector[] = [];
  for (const selector of selectors) {
    const matches = candidates.filter((candidate) => picks(selector, candidate));
    if (matches.length === 0) unmatched.push(selector);
    for (const match of matches) picked.add(match);
  }
  const selected = candidates.filter((candidate) => picked.has(candidate));
  if (unmatched.length > 0) {
    const names = (list: readonly Candidate[]) =>
      list.length === 0 ? 'nothing' : listNames(list.map(({ name }) => name));
    const others =
      selectors.length > unmatched.length ? `the other selectors matched ${names(selected)}; ` : '';
    throw new PruneError(
      'unmatched-selector',
      `no weight matches ${unmatched.map(show).join(' or ')}${nearest(unmatched, candidates)}; ` +
        `${others}there are ${names(candidates)}`,
    );
  }
  return selected;
}

function picks(selector: Selector, candidate: Candidate): boolean {
  if (typeof selector === 'string') return selector === candidate.name;
  // `search` ignores lastIndex, so a global pattern picks the same each time.
  if (selector instanceof RegExp) return candidate.name.search(selector) >= 0;
  if (typeof selector === 'function') {
    // A copy, so that a predicate cannot change what it looks at.
    return selector({ name: candidate.name, shape: [...candidate.shape] }) === true;
  }
  throw new TypeError(`a selector is a name, a RegExp or a function, got ${describe(selector)}`);
}

/** What a single name may have meant. */
function nearest(unmatched: readonly Selector[], candidates: readonly Candidate[]): string {
  if (unmatched.length !== 1) return '';
  return didYouMean(
    unmatched[0],
    candidates.map(({ name }) => name),
  ).replace(/\?$/, '');
}

function show(selector: Selector): string {
  if (typeof selector === 'string') return quote(selector);
  if (selector instanceof RegExp) return String(selector);
  return selector.name ? `the predicate ${selector.name}` : 'a predicate';
}
