import { type PlainScore, PruneError, type Select } from '@synaprune/core';
import {
  describe,
  didYouMean,
  isRecord,
  listNames,
  requireChoice,
  requireFinite,
  requireKind,
  requireOptions,
  requireWhole,
} from '@synaprune/core/checks';

/** A tensor of a group, for functions that rank channels. */
export interface RankedMember {
  readonly name: string;
  readonly shape: readonly number[];
  /** The axis that the channels lie along. */
  readonly axis: number;
  readonly side: 'makes' | 'reads' | 'along';
  /** Of every index along the axis: the channel that it belongs to, or -1. */
  readonly channels: readonly number[];
  /** Its elements, row-major, in float32; a copy. */
  values(): Float32Array;
}

/** A group, for functions that rank its channels. */
export interface RankedGroup {
  readonly name: string;
  readonly kind: 'channels' | 'units' | 'heads';
  readonly channels: number;
  readonly members: readonly RankedMember[];
}

/**
 * What ranks the channels of a group; the highest stay.
 *
 * - `'l2'` (default), `'l1'`: the norm of all that makes the channel;
 * - `'mean'`: the L2 norm of its slice of each tensor that makes or reads it, divided by the mean of such norms in that
 *   tensor, averaged over the tensors;
 * - `'random'`, or `randomScore({ seed })` of core: the control that everything else has to beat;
 * - `tensorScore(of)` of core: the sum of the scores of the elements of all that makes the channel;
 * - `{ masks }`, as a pruner hands them out: how many elements of all that makes the channel are kept;
 * - a function that gives a number for each channel.
 */
export type Importance =
  | 'l1'
  | 'l2'
  | 'mean'
  | 'random'
  | PlainScore<{ readonly name: string; readonly shape: readonly number[] }, Float32Array>
  | { readonly masks: readonly { readonly name: string; readonly bits: Uint8Array }[] }
  | ((group: RankedGroup) => ArrayLike<number>);

/** How large a model may be at most. */
export type ShrinkTarget =
  | { readonly bytes: number }
  | { readonly multiplyAdds: number }
  | { readonly parameters: number };

/** How a model is looked at. */
export interface ChannelOptions {
  /**
   * `'normalisation'`: channels that are compared with each other, as by LayerNormalization, a mean over them or Softmax,
   * may go as well. What comes out is then another function than the model with zeros there: the statistics are those of
   * the channels that stay.
   */
  readonly across?: 'normalisation';
}

/** What stays of groups, by their names: a fraction in (0, 1], or the numbers of channels, ascending, from 0. */
export type KeepByName = Readonly<Record<string, number | readonly number[]>>;

/** How a model is made smaller, whatever its format. */
export interface ShrinkOptions extends ChannelOptions {
  /**
   * The fraction of the channels of each group that stay, in (0, 1]; or, by the names of groups, such fractions or the
   * numbers of the channels that stay, where other groups stay whole. At least one channel of a group stays.
   */
  readonly keep?: number | KeepByName;
  /** Instead of `keep`: the largest common fraction that is small enough. */
  readonly target?: ShrinkTarget;
  /**
   * Which groups, by their names or those of the tensors that make their channels; `exclude` also goes by those that
   * read them. All unless told.
   */
  readonly select?: Select;
  /**
   * Channels stay in whole multiples of this, where a group has as many: 1 unless told. What `keep` lists by number is
   * taken as it is.
   */
  readonly multipleOf?: number;
  readonly importance?: Importance;
  /**
   * `'uniform'` (default): the same fraction of every group. `'global'`: all channels are ranked together, each by its
   * importance over the mean of its group's, so that groups that matter less give more.
   */
  readonly distribution?: 'uniform' | 'global';
  /** Lengths for the names that the model leaves open, such as `{ batch: 8 }`, to count multiply-adds by; 1 unless told. */
  readonly dimensions?: Readonly<Record<string, number>>;
}

const CHANNEL_OPTIONS: readonly string[] = ['across'];
const SHRINK_OPTIONS: readonly string[] = [
  ...['keep', 'target', 'select', 'multipleOf', 'importance', 'distribution', 'dimensions'],
];

const TARGET_ELSEWHERE: Readonly<Record<string, string>> = {
  flops: 'it is multiplyAdds, half as many',
  macs: 'it is multiplyAdds',
  size: 'it is bytes',
  params: 'it is parameters',
};

const ELSEWHERE: Readonly<Record<string, string>> = {
  sparsity: 'what stays is said here: keep: 1 - sparsity',
  score: 'it is importance',
  include: 'it is select: { include }',
  exclude: 'it is select: { exclude }',
  scope: "it is distribution: 'global' or 'uniform'",
  pattern: 'whole channels go',
  ratio: 'what stays is said here: keep, as a fraction',
  amount: 'what stays is said here: keep: 1 - amount',
  roundTo: 'it is multipleOf',
};

/**
 * @param more options of the caller's own
 * @throws TypeError | RangeError when an option is unknown, at any depth, or has a wrong type or value
 */
export function requireChannelOptions(
  caller: string,
  options: ChannelOptions,
  more: readonly string[] = [],
): void {
  requireOptions(caller, '', options, [...CHANNEL_OPTIONS, ...more], ELSEWHERE);
  if (options.across !== undefined) requireChoice(caller, 'across', options.across, ['normalisation']);
}

/**
 * @param more options of the caller's own
 * @throws TypeError | RangeError when an option is unknown, at any depth, or has a wrong type or value
 */
export function requireShrinkOptions(
  caller: string,
  options: ShrinkOptions,
  more: readonly string[] = [],
): void {
  requireChannelOptions(caller, options, [...SHRINK_OPTIONS, ...more]);
  const { keep, target, multipleOf = 1, importance, distribution = 'uniform', dimensions } = options;
  if ((keep === undefined) === (target === undefined)) {
    throw new TypeError(
      `${caller} needs keep, the fraction of channels that stay, or target, how large the model may be; got ` +
        (keep === undefined ? 'neither' : 'both'),
    );
  }
  if (isRecord(keep)) {
    for (const [name, one] of Object.entries(keep)) {
      const field = `keep[${JSON.stringify(name)}]`;
      if (Array.isArray(one)) requireChannelNumbers(caller, field, one);
      else requireKeep(caller, field, one);
    }
  } else if (keep !== undefined) requireKeep(caller, 'keep', keep);
  if (target !== undefined) requireTarget(caller, target);
  requireWhole(caller, 'multipleOf', multipleOf, 1);
  requireChoice(caller, 'distribution', distribution, ['uniform', 'global']);
  if (importance !== undefined) requireImportance(caller, importance);
  if (dimensions !== undefined) requireDimensions(caller, dimensions);
}

function requireKeep(caller: string, field: string, keep: unknown): void {
  requireFinite(caller, field, keep);
  if (keep > 0 && keep <= 1) return;
  throw new RangeError(`${caller} needs ${field} in (0, 1], the fraction of channels that stay; got ${keep}`);
}

function requireChannelNumbers(caller: string, field: string, numbers: readonly unknown[]): void {
  for (const [i, number] of numbers.entries()) {
    requireWhole(caller, `${field}[${i}]`, number);
    if (i > 0 && number <= (numbers[i - 1] as number)) {
      throw new RangeError(`${caller} needs ${field} ascending, got ${number} after ${numbers[i - 1]}`);
    }
  }
  if (numbers.length === 0)
    throw new RangeError(`${caller} needs one channel at least in ${field}, got none`);
}

function requireTarget(caller: string, target: unknown): void {
  const keys = ['bytes', 'multiplyAdds', 'parameters'];
  requireOptions(caller, 'target', target as object, keys, TARGET_ELSEWHERE);
  const given = Object.entries(target as object);
  if (given.length !== 1) {
    throw new TypeError(`${caller} needs one of ${listNames(keys)} in target, got ${given.length}`);
  }
  requireFinite(caller, `target.${given[0]![0]}`, given[0]![1]);
}

/** @throws TypeError when it is none */
export function requireImportance(caller: string, importance: unknown): void {
  if (typeof importance === 'function') return;
  const names = ['l1', 'l2', 'mean', 'random'];
  if (typeof importance === 'string' && names.includes(importance)) return;
  if (isRecord(importance) && 'masks' in importance) {
    requireOptions(caller, 'importance', importance, ['masks']);
    if (!Array.isArray(importance.masks)) {
      throw new TypeError(
        `${caller} needs importance.masks as a pruner's masks() gives them, got ${describe(importance.masks)}`,
      );
    }
  } else if (isRecord(importance) && importance.kind !== undefined) {
    requireKind(caller, 'importance', importance, {
      magnitude: [],
      random: ['seed'],
      tensor: ['of', 'name'],
    });
  } else {
    throw new TypeError(
      `${caller} needs importance to be 'l1', 'l2', 'mean', 'random', a score of @synaprune/core, { masks } or a ` +
        `function, got ${describe(importance)}${didYouMean(importance, names)}`,
    );
  }
}

function requireDimensions(caller: string, dimensions: unknown): void {
  if (!isRecord(dimensions)) {
    throw new TypeError(`${caller} needs dimensions as { batch: 8 }, got ${describe(dimensions)}`);
  }
  for (const [name, length] of Object.entries(dimensions)) {
    requireWhole(caller, `dimensions[${JSON.stringify(name)}]`, length, 1);
  }
}

/** Says that a group that was named has to stay. */
export function heldError(caller: string, name: string, heldBy: string): PruneError {
  return new PruneError('held-channels', `${caller} cannot remove channels of ${name}: ${heldBy}`);
}
