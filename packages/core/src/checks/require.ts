import { describe, quote } from './legible.js';

/*
 * Checks of arguments, one way for all packages. Each throws `TypeError` for a wrong type and `RangeError` for
 * a wrong value, with what was needed and what was got.
 */

/** @throws TypeError, with what was `needed` and `value`, unless it `fits` */
export function requireThat(
  caller: string,
  field: string,
  value: unknown,
  needed: string,
  fits: boolean,
): asserts fits {
  if (!fits) throw new TypeError(`${caller} needs ${field} to be ${needed}, got ${describe(value)}`);
}

/** @throws TypeError | RangeError unless `value` is a finite number */
export function requireFinite(caller: string, field: string, value: unknown): asserts value is number {
  requireThat(caller, field, value, 'a number', typeof value === 'number');
  if (!Number.isFinite(value)) throw new RangeError(`${caller} needs a finite \`${field}\`, got ${value}`);
}

/** @throws TypeError | RangeError unless `value` is a number in [0, 1] */
export function requireFraction(caller: string, field: string, value: unknown): asserts value is number {
  requireFinite(caller, field, value);
  if (value < 0 || value > 1) throw new RangeError(`${caller} needs \`${field}\` in [0, 1], got ${value}`);
}

/** @throws TypeError | RangeError unless `value` is a whole number of at least `least` */
export function requireWhole(
  caller: string,
  field: string,
  value: unknown,
  least = 0,
): asserts value is number {
  requireFinite(caller, field, value);
  if (!Number.isSafeInteger(value) || value < least) {
    throw new RangeError(`${caller} needs ${field} to be a whole number of at least ${least}, got ${value}`);
  }
}

/** @throws TypeError | RangeError unless `list` is an array of whole numbers of at least `least`, as a shape is */
export function requireWholes(
  caller: string,
  field: string,
  list: unknown,
  least = 0,
): asserts list is readonly number[] {
  requireList(caller, field, list);
  // Not `every`, which passes over holes. Names are made for errors alone: shapes are looked at in every step.
  const wrong = list.findIndex((value) => !(Number.isSafeInteger(value) && (value as number) >= least));
  if (wrong >= 0) requireWhole(caller, `${field}[${wrong}]`, list[wrong], least);
}

/** @throws TypeError unless `list` is an array */
export function requireList(
  caller: string,
  field: string,
  list: unknown,
): asserts list is readonly unknown[] {
  requireThat(caller, field, list, 'an array', Array.isArray(list));
}

/** @throws TypeError unless they are a list of `{ name, shape }`, as weights are told apart by */
export function requireShapes(caller: string, weights: unknown): void {
  const areShapes = Array.isArray(weights) && weights.every((one) => Array.isArray(one?.shape));
  requireThat(caller, 'weights', weights, 'a list of { name, shape }', areShapes);
}

/** @throws TypeError unless `value` is `true` or `false` */
export function requireBoolean(caller: string, field: string, value: unknown): asserts value is boolean {
  requireThat(caller, field, value, 'true or false', typeof value === 'boolean');
}

/** @throws TypeError unless `value` is a string among `choices`; it names the nearest of them */
export function requireChoice<Choice extends string>(
  caller: string,
  field: string,
  value: unknown,
  choices: readonly Choice[],
): asserts value is Choice {
  if (!choices.includes(value as Choice)) {
    throw new TypeError(
      `${caller} needs ${field} to be one of ${choices.join(', ')}; got ${describe(value)}${didYouMean(value, choices)}`,
    );
  }
}

/**
 * That `value` is an object and every key of it is known: a misspelt option would otherwise be the default,
 * without a word.
 *
 * @param caller who takes the options, as the user wrote it: `createPruner`
 * @param field where they stand, `''` for the options themselves: `optimizer`, `weights[2]`
 * @param keys all that it may hold
 * @param elsewhere what to do instead of keys that other doors or libraries have: `{ lr: 'it is learningRate' }`
 * @throws TypeError that names the unknown keys, the nearest right one, and all there are
 *
 * @example
 * ```ts
 * import { requireOptions } from '@synaprune/core/checks';
 *
 * try {
 *   requireOptions('createTrainer', 'optimizer', { momentun: 0.9 }, ['learningRate', 'momentum']);
 * } catch (error) {
 *   console.log((error as Error).message.split('?')[0]); // createTrainer has no option "momentun" in optimizer; did you mean "momentum"
 * }
 * ```
 */
export function requireOptions(
  caller: string,
  field: string,
  value: unknown,
  keys: readonly string[],
  elsewhere: Readonly<Record<string, string>> = {},
): asserts value is Readonly<Record<string, unknown>> {
  if (!isRecord(value) || ArrayBuffer.isView(value)) {
    throw new TypeError(
      `${caller} needs ${field === '' ? 'an object of options' : `${field} to be an object`}, got ${describe(value)}`,
    );
  }
  // Own and inherited, as destructuring would find them; symbols are nobody's option.
  const given: string[] = [];
  for (const key in value) given.push(key);
  const unknown = given.filter((key) => !keys.includes(key));
  if (unknown.length === 0) return;
  const names = unknown.slice(0, 5).map((key) => quote(key, 60));
  const where = field === '' ? '' : ` in ${field}`;
  const known = unknown.find((key) => Object.hasOwn(elsewhere, key));
  const likely = unknown.length === 1 ? didYouMean(unknown[0], keys) : '';
  const near = known === undefined ? likely : `: ${elsewhere[known]}.`;
  throw new TypeError(
    `${caller} has no option ${names.join(' or ')}${where}${near}${near === '' ? ';' : ''} ` +
      `${near === '' ? 'it' : 'It'} takes ${keys.length === 0 ? 'none' : keys.join(', ')}`,
  );
}

/**
 * That `value` is one of several kinds of record, told apart by a field, and holds only what its kind knows.
 *
 * @param kinds what each kind may hold beside the field that tells them apart
 * @param tag that field
 * @throws TypeError for an unknown kind or key, with the nearest right one
 */
export function requireKind<Kind extends string>(
  caller: string,
  field: string,
  value: unknown,
  kinds: Readonly<Record<Kind, readonly string[]>>,
  tag = 'kind',
): asserts value is Readonly<Record<string, unknown>> {
  requireThat(caller, field, value, 'an object', isRecord(value));
  const kind = value[tag];
  requireChoice(caller, `${field}.${tag}`, kind, Object.keys(kinds) as Kind[]);
  requireOptions(caller, `${field} of ${tag} ${quote(kind)}`, value, [tag, ...kinds[kind]]);
}

/** An object that is neither `null` nor an array. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** `; did you mean "momentum"?` where one of the choices is near what was got, else nothing. */
export function didYouMean(got: unknown, choices: readonly string[]): string {
  if (typeof got !== 'string' || got.length > 60) return '';
  const ranked = choices
    .map((choice) => ({ choice, distance: distanceBetween(plain(got), plain(choice)) }))
    .sort((a, b) => a.distance - b.distance);
  const best = ranked[0];
  // Every single letter is one slip away from every other.
  const slips = got.length < 3 ? 0 : Math.max(1, Math.floor((best?.choice.length ?? 0) / 3));
  const near = best !== undefined && best.distance <= slips;
  const meant = near ? best.choice : choices.find((choice) => isWordOf(choice, got) || isWordOf(got, choice));
  return meant === undefined ? '' : `; did you mean ${quote(meant)}?`;
}

/** Whether a name is one of several words of another, as `norm` is of `clipNorm`. */
function isWordOf(word: string, name: string): boolean {
  const words = name.split(/[-_\s.]|(?=[A-Z])/);
  return word.length >= 4 && words.length > 1 && words.some((part) => plain(part) === plain(word));
}

/** A spelling without case and the marks between words, so that `weight_decay` is `weightDecay`. */
function plain(text: string): string {
  return text.toLowerCase().replaceAll(/[-_\s.]/g, '');
}

/** Insertions, deletions, replacements and swaps of neighbours that make the one text the other. */
function distanceBetween(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const least = Math.min(replaced, row[j]! + 1, next[j - 1]! + 1);
      next.push(swapped ? Math.min(least, before[j - 2]! + 1) : least);
    }
    before = row;
    row = next;
  }
  return row[b.length]!;
}
