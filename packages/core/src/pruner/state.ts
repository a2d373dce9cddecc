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
  readonly scope: 'global' | 'per-weight';
  readonly pattern: { readonly kind: string };
  readonly score: { readonly kind: string; readonly seed?: number };
  /** A fraction, or both parts where a number of elements was asked for. */
  readonly floor: number | CheckedFloor;
  /** Absent for `rank`. */
  readonly untrained?: 'wait';
  /** Absent for `false`. */
  readonly keepZeros?: true;
}

/**
 * Everything a pruner needs to go on elsewhere: plain data that survives JSON and structured clone, readable
 * on every backend. It holds masks, not weights: those travel in the runtime's own checkpoint.
 */
export interface PrunerState extends StateOptions {
  readonly format: 'synaprune-pruner';
  readonly version: 1;
  /** Position of the last update; `null` before the first. */
  readonly position: number | null;
  /** Sparsity asked for by the last update; `null` before the first. */
  readonly target: number | null;
  readonly weights: readonly MaskState[];
  /** 32-bit FNV-1a of everything else, as eight hexadecimal digits. Finds damage, not malice. */
  readonly checksum: string;
}

/** What {@link sealState} adds. */
export const STATE_FORMAT = 'synaprune-pruner';
export const STATE_VERSION = 1;

/** A state with its checksum. */
export function sealState(state: Omit<PrunerState, 'format' | 'version' | 'checksum'>): PrunerState {
  const whole = { format: STATE_FORMAT, version: STATE_VERSION, ...state } as const;
  return { ...whole, checksum: checksumOf(whole) };
}

/** The checksum of everything in a state but the checksum. */
export function checksumOf(state: Omit<PrunerState, 'checksum'>): string {
  const { format, version, rule, scope, pattern, score, floor, position, target, weights } = state;
  const content = [
    format,
    version,
    rule,
    scope,
    sorted(pattern),
    sorted(score),
    sorted(floor),
    position,
    target,
  ];
  // Left out where they are not said, so that the checksums of states without them hold.
  const more = [state.untrained, state.keepZeros].some((option) => option !== undefined)
    ? [state.untrained ?? 'rank', state.keepZeros ?? false]
    : [];
  const text = JSON.stringify([
    ...content,
    ...more,
    weights.map(({ name, shape, kept, mask }) => [name, shape, kept, mask]),
  ]);
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}

/** A value whose JSON does not depend on the order its keys were written in. */
export function sorted(value: unknown): unknown {
  return typeof value === 'object' && value !== null
    ? Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
    : value;
}
