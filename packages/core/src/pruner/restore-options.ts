import { describe, listNames, quote } from '../checks/legible.js';
import { didYouMean, isRecord, requireChoice, requireOptions, requireThat } from '../checks/require.js';

/** How the weights of a saved state are matched with the pruner's own. */
export interface RestoreOptions {
  /**
   * Saved names as this pruner's: `{ 'dense_1/kernel': 'dense_7/kernel' }`. Names that are not in it are the same
   * in both. For models whose names are made automatically, copies and replaced heads.
   */
  readonly names?: Readonly<Record<string, string>>;
  /**
   * `name` (default): the same names in the same order. `position`: the first saved weight is this pruner's first,
   * and so on, whatever they are called; their shapes must agree.
   */
  readonly match?: 'name' | 'position';
}

/**
 * @returns saved names as own names, or `undefined` where only the position counts
 * @throws TypeError when an option is unknown or wrong
 */
export function checkMatching(
  options: RestoreOptions,
  weights: readonly { readonly name: string }[],
): Readonly<Record<string, string>> | undefined {
  requireOptions('restore', '', options, ['names', 'match']);
  const { names, match = 'name' } = options;
  requireChoice('restore', 'match', match, ['name', 'position']);
  if (match === 'position') {
    if (names !== undefined) {
      throw new TypeError("restore takes names or match: 'position', not both: a position needs no name");
    }
    return undefined;
  }
  if (names === undefined) return {};
  requireThat('restore', 'names', names, 'an object of saved names to own names', isRecord(names));
  const own = new Set(weights.map(({ name }) => name));
  const entries = Object.entries<unknown>(names).map(([saved, name]): [string, string] => {
    if (typeof name === 'string' && own.has(name)) return [saved, name];
    throw new TypeError(
      `restore needs names[${quote(saved)}] to be a name of this pruner, got ${describe(name)}` +
        `${didYouMean(name, [...own])}; there are ${listNames([...own])}`,
    );
  });
  return Object.fromEntries(entries);
}
