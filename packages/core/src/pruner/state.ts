import { hashDigits, hashText, keysSorted } from '../checks/checksum.js';
import type { CheckedFloor } from '../selection/floor.js';

/** The mask of one weight in a {@link PrunerState}. */
export interface MaskState {
  readonly name: string;
  readonly shape: readonly number[];
  /** Number of elements kept, which the mask must agree with. */
  readonly kept: number;
  /** The mask as packed bits (element i is bit i % 8 of byte i >> 3; 1 means kept), in base64. */
  readonly mask: string;
}

/** The options that decide what an update does, apart from the schedule, which is code. */
export interface StateOptions {
  readonly rule: 'exact' | 'published';
  /** The name of a distribution, or the kind of a function; `custom` where it has none. */
  readonly distribution: string;
  readonly pattern: { readonly kind: string; readonly [option: string]: string | number };
  readonly score: { readonly kind: string; readonly [option: string]: string | number };
  /** A fraction, or both parts where a number of elements was asked for. */
  readonly floor: number | CheckedFloor;
  /** Absent for 1. */
  readonly ceiling?: number;
  /** Absent for `rank`. */
  readonly untrained?: 'wait';
  /** Absent for `false`. */
  readonly keepZeros?: true;
  /**
   * Score and fraction of regrowth; of kind `straightThrough` where every update chooses anew among dense values. Absent
   * without.
   */
  readonly regrow?: { readonly kind: string; readonly [option: string]: string | number };
}

/** What scores that look at training remember, as `packMemory` makes it; absent before the first step. */
export interface Remembered {
  /** Of the score that ranks what goes. */
  readonly score?: string;
  /** Of the score that ranks what comes back. */
  readonly regrow?: string;
}

/**
 * Everything a pruner needs to go on elsewhere: plain data that survives JSON and structured clone, readable
 * on every backend. It holds masks, not weights: those travel in the runtime's own checkpoint, but for what learns on under
 * its masks.
 */
export interface PrunerState extends StateOptions {
  readonly format: 'synaprune-pruner';
  readonly version: 2;
  /** Position of the last update; `null` before the first. */
  readonly position: number | null;
  /** Sparsity asked for by the last update; `null` before the first. */
  readonly target: number | null;
  /** Absent where no score has anything to remember. */
  readonly remembered?: Remembered;
  /** The values of weights that learn on under their masks, dropped ones too, as `packMemory` makes it; absent without. */
  readonly dense?: string;
  readonly weights: readonly MaskState[];
  /** 32-bit FNV-1a of everything else, as eight hexadecimal digits. Finds damage, not malice. */
  readonly checksum: string;
}

/** What {@link sealState} adds. */
export const STATE_FORMAT = 'synaprune-pruner';
export const STATE_VERSION = 2;

/** A state with its checksum. */
export function sealState(state: Omit<PrunerState, 'format' | 'version' | 'checksum'>): PrunerState {
  const whole = { format: STATE_FORMAT, version: STATE_VERSION, ...state } as const;
  return { ...whole, checksum: checksumOf(whole) };
}

/** A state as it was read: of this version, or of the one before it, whose words for some options were others. */
export type ReadState = Omit<PrunerState, 'checksum' | 'version'> & { readonly version: 1 | 2 };

/** The checksum of everything in a state but the checksum. */
export function checksumOf(state: ReadState): string {
  return hashDigits(hashText(contentOf(state)));
}

/** Where a state is, and its content in sixteen digits: the checksum, and another that starts elsewhere. */
export function digestOf(state: Omit<PrunerState, 'checksum'>): string {
  const content = contentOf(state);
  const digits = [hashText(content), hashText(content, ELSEWHERE)].map(hashDigits).join('');
  return `${state.position ?? 'none'}:${digits}`;
}

/** The digest of a state that holds dense values too, from that of the state without. */
export function digestWithDense(digest: string, dense: string): string {
  const digits = [digest + dense, dense + digest].map((content) => hashDigits(hashText(content)));
  return `${digest.split(':')[0]}:${digits.join('')}`;
}

/** Another start of a hash: any will do. */
const ELSEWHERE = 0x9e3779b9;

/** Everything in a state but the checksum, as a text. */
function contentOf(state: ReadState): string {
  const { format, version, rule, distribution, pattern, score, floor, position, target, weights } = state;
  const content = [
    format,
    version,
    rule,
    version === 1 ? scopeOf(distribution) : distribution,
    keysSorted(pattern),
    keysSorted(score),
    keysSorted(floor),
    position,
    target,
  ];
  const options = [state.untrained ?? 'rank', state.keepZeros ?? false];
  const said = state.untrained !== undefined || state.keepZeros !== undefined;
  const more = version === 2 ? [...options, keysSorted(state.regrow ?? {})] : said ? options : [];
  return JSON.stringify([
    ...content,
    ...more,
    weights.map(({ name, shape, kept, mask }) => [name, shape, kept, mask]),
    ...(state.ceiling === undefined ? [] : [{ ceiling: state.ceiling }]),
    ...(state.remembered === undefined ? [] : [state.remembered.score, state.remembered.regrow]),
  ]);
}

/** What version 1 called a distribution. */
function scopeOf(distribution: string): string {
  return distribution === 'uniform' ? 'per-weight' : distribution;
}
