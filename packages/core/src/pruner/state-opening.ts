import { keysSorted } from '../checks/checksum.js';
import { PruneError } from '../checks/errors.js';
import { describe, listNames, quote } from '../checks/legible.js';
import { countBits, fromBase64, hasCleanTail, packedLength } from '../contract/packed-bits.js';
import { checkMatching, type RestoreOptions } from './restore-options.js';
import { checksumOf, type MaskState, type Remembered, type StateOptions } from './state.js';
import { corrupt, guardReading, readState, type UnreadState } from './state-reading.js';

/** A weight that a state must hold a mask for. */
export interface ExpectedWeight {
  readonly name: string;
  readonly shape: readonly number[];
  readonly elements: number;
}

/** What a state gives a pruner. */
export interface OpenedState {
  /** The packed mask of each weight. */
  readonly masks: readonly Uint8Array[];
  readonly position: number | null;
  readonly target: number | null;
  readonly remembered: Remembered;
}

/** Longest name of a weight that is not this pruner's own. */
const LONGEST_NAME = 10_000;

/**
 * Reads a state that came from anywhere. What is cheap to look at comes first: nothing is decoded or hashed until
 * every size is what this pruner needs.
 *
 * @param expected the weights it must belong to, in their order, the options it must have been saved with, and how
 *   its weights are matched with these
 * @throws PruneError `state-corrupt`, `state-version` or `state-mismatch`
 * @throws TypeError when `matching` is no such options
 */
export function openState(
  value: unknown,
  expected: {
    readonly weights: readonly ExpectedWeight[];
    readonly options: StateOptions;
    readonly matching: RestoreOptions;
  },
): OpenedState {
  const { weights, options } = expected;
  const renamed = checkMatching(expected.matching, weights);
  return guardReading(() => {
    const unread = readState(value);
    requireSameOptions(unread, options);
    const names = readNames(unread, weights);
    requireSameNames(names, weights, renamed);
    requireSameOrder(names, weights, options);
    const saved = weights.map((weight, i) => readWeight(unread, i, weight, names[i]!));
    const { checksum, ...state } = { ...unread, weights: saved };
    if (checksumOf(state) !== checksum) {
      throw corrupt(`its checksum is ${quote(checksum)}, its content gives ${quote(checksumOf(state))}`);
    }
    const { position, target, remembered = {} } = state;
    return {
      masks: saved.map((mask, i) => decodeMask(mask, weights[i]!.elements)),
      position,
      target,
      remembered,
    };
  });
}

function requireSameOptions(state: UnreadState, expected: StateOptions): void {
  const fields = [
    'rule',
    'distribution',
    'pattern',
    'score',
    'regrow',
    'floor',
    'ceiling',
    'untrained',
    'keepZeros',
  ] as const;
  const defaults = { ceiling: 1, untrained: 'rank', keepZeros: false, regrow: 'none' };
  const filled = [expected, state].map((options) => ({ ...defaults, ...options }));
  for (const field of fields) {
    const [needed, got] = filled.map((options) => JSON.stringify(keysSorted(options[field])));
    if (needed !== got) {
      const [own, other] = filled.map((options) => JSON.stringify(options[field]));
      throw mismatch(`this pruner has ${field} ${own}, the state was saved with ${other}`);
    }
  }
}

/** The names in the state, when there are as many as there should be. */
function readNames({ weights }: UnreadState, expected: readonly ExpectedWeight[]): string[] {
  const own = expected.map(({ name }) => name);
  if (weights.count !== expected.length) {
    const some = Array.from({ length: Math.min(weights.count, 12) }, (_, i) => weights.at(i).name);
    const more = weights.count > some.length ? ` and ${weights.count - some.length} more` : '';
    throw mismatch(`this pruner has the weights ${listNames(own)}; the state has ${listNames(some)}${more}`);
  }
  const longest = own.reduce((most, name) => Math.max(most, name.length), LONGEST_NAME);
  return own.map((_, i) => {
    const { name } = weights.at(i);
    if (name.length > longest) throw corrupt(`a weight has a name of ${name.length} characters`);
    return name;
  });
}

/** @param renamed a saved name as this pruner's; `undefined` where only the position counts */
function requireSameNames(
  names: readonly string[],
  expected: readonly ExpectedWeight[],
  renamed: Readonly<Record<string, string>> | undefined,
): void {
  if (renamed === undefined) return;
  const saved = new Set(names);
  const unknown = Object.keys(renamed).filter((name) => !saved.has(name));
  if (unknown.length > 0) {
    throw mismatch(`names maps ${listNames(unknown)}, and the state has ${listNames(names)}`);
  }
  const mapped = names.map((name) => (Object.hasOwn(renamed, name) ? renamed[name]! : name));
  if (mapped.every((name, i) => name === expected[i]!.name)) return;
  const own = new Set(expected.map(({ name }) => name));
  const hint = mapped.every((name) => own.has(name))
    ? 'Their order is part of the result: it breaks ties'
    : "If they are the same weights under other names, restore takes { names: { saved: own } } or { match: 'position' }";
  throw mismatch(
    `this pruner has the weights ${listNames(expected.map(({ name }) => name))}; the state has ` +
      `${listNames(mapped)}. ${hint}`,
  );
}

/** A random order is drawn from the names, so that under others it would go on as another. */
function requireSameOrder(
  names: readonly string[],
  expected: readonly ExpectedWeight[],
  { score, regrow }: StateOptions,
): void {
  if (score.kind !== 'random' && regrow?.kind !== 'random') return;
  const other = names.findIndex((name, i) => name !== expected[i]!.name);
  if (other < 0) return;
  throw mismatch(
    `the random score draws its order from the names of the weights: ${quote(names[other]!)} cannot go on as ` +
      quote(expected[other]!.name),
  );
}

/** An entry of the right sizes, copied. */
function readWeight(
  { weights }: UnreadState,
  index: number,
  { name: own, shape: needed, elements }: ExpectedWeight,
  name: string,
): MaskState {
  const { shape, kept, mask } = weights.at(index).read(needed.length);
  if (!shape.every((edge): edge is number => Number.isSafeInteger(edge) && (edge as number) >= 0)) {
    throw corrupt(`the shape of ${quote(name)} is damaged`);
  }
  if (shape.length !== needed.length || shape.some((edge, axis) => edge !== needed[axis])) {
    const more = shape.length > needed.length ? ', …' : '';
    throw mismatch(
      `weight ${quote(own)} has the shape [${needed}]; the state has [${shape.slice(0, needed.length + 1)}${more}]`,
    );
  }
  if (typeof kept !== 'number' || !Number.isSafeInteger(kept) || kept < 0 || kept > elements) {
    throw corrupt(
      `the mask of ${quote(name)} keeps a part of ${elements} elements, the state says ${describe(kept)}`,
    );
  }
  const characters = 4 * Math.ceil(packedLength(elements) / 3);
  if (typeof mask !== 'string' || mask.length !== characters) {
    const got = typeof mask === 'string' ? `${mask.length}` : 'none';
    throw corrupt(`the mask of ${quote(name)} needs ${characters} characters of base64, got ${got}`);
  }
  return { name, shape, kept, mask };
}

function decodeMask({ name, kept, mask }: MaskState, elements: number): Uint8Array {
  const packed = fromBase64(mask);
  if (packed === undefined) throw corrupt(`the mask of ${quote(name)} is no base64`);
  if (packed.length !== packedLength(elements)) {
    throw corrupt(`the mask of ${quote(name)} needs ${packedLength(elements)} bytes, got ${packed.length}`);
  }
  if (!hasCleanTail(packed, elements))
    throw corrupt(`the mask of ${quote(name)} has bits beyond its ${elements} elements`);
  if (countBits(packed) !== kept) {
    throw corrupt(`the mask of ${quote(name)} keeps ${countBits(packed)} elements, the state says ${kept}`);
  }
  return packed;
}

function mismatch(message: string): PruneError {
  return new PruneError('state-mismatch', `the state does not belong to this pruner: ${message}`);
}
