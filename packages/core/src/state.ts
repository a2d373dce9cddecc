import { PruneError } from './errors.js';
import { describe } from './legible.js';
import { countBits, fromBase64, hasCleanTail, packedLength } from './packed-bits.js';
import { isRecord } from './require.js';

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
  readonly floor: number;
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

const STATE_FORMAT = 'synaprune-pruner';
const STATE_VERSION = 1;

/** A state with its checksum. */
export function sealState(state: Omit<PrunerState, 'format' | 'version' | 'checksum'>): PrunerState {
  const whole = { format: STATE_FORMAT, version: STATE_VERSION, ...state } as const;
  return { ...whole, checksum: checksumOf(whole) };
}

/**
 * Reads a state that came from anywhere.
 *
 * @param expected the weights it must belong to, in their order, and the options it must have been saved with
 * @returns the packed mask of each weight, position and target
 * @throws PruneError `state-corrupt`, `state-version` or `state-mismatch`
 */
export function openState(
  value: unknown,
  expected: {
    readonly weights: readonly { readonly name: string; readonly shape: readonly number[] }[];
    readonly options: StateOptions;
  },
): {
  readonly masks: Uint8Array[];
  readonly position: number | null;
  readonly target: number | null;
} {
  const state = requireState(value);
  requireSameOptions(state, expected.options);
  requireSameWeights(state.weights, expected.weights);
  return {
    masks: state.weights.map(readMaskState),
    position: state.position,
    target: state.target,
  };
}

/** A state whose every field has the right type and whose checksum fits. */
function requireState(value: unknown): PrunerState {
  const state = plainCopy(value);
  if (!isRecord(state) || state.format !== STATE_FORMAT) {
    const got = isRecord(state) ? `format ${describe(state.format)}` : describe(value);
    throw corrupt(`needed an object with format ${JSON.stringify(STATE_FORMAT)}, got ${got}`);
  }
  if (state.version !== STATE_VERSION) {
    throw new PruneError(
      'state-version',
      `this release reads pruner states of version ${STATE_VERSION}, got version ${describe(state.version)}`,
    );
  }
  const { weights, position, target, rule, scope, pattern, score, floor, checksum } = state;
  if (!Array.isArray(weights) || !weights.every(isMaskState)) throw corrupt('its list of weights is damaged');
  if (!isNumberOrNull(position) || !isNumberOrNull(target))
    throw corrupt('its position or target is no number');
  const named = [rule, scope, checksum].every((text) => typeof text === 'string');
  if (!named || typeof floor !== 'number' || !isOption(pattern) || !isOption(score)) {
    throw corrupt('its options are damaged');
  }
  const whole = state as unknown as PrunerState;
  if (checksumOf(whole) !== checksum) {
    throw corrupt(`its checksum is ${describe(checksum)}, its content gives "${checksumOf(whole)}"`);
  }
  return whole;
}

/**
 * What JSON makes of a value: no getter, hole, cycle or foreign class survives, and nothing can change while
 * it is looked at.
 */
function plainCopy(value: unknown): unknown {
  try {
    return JSON.parse(JSON.stringify(value) ?? 'null');
  } catch (error) {
    throw new PruneError('state-corrupt', 'not a saved pruner state: it is no plain data', { cause: error });
  }
}

function requireSameOptions(state: PrunerState, expected: StateOptions): void {
  for (const field of ['rule', 'scope', 'pattern', 'score', 'floor'] as const) {
    const [needed, got] = [JSON.stringify(sorted(expected[field])), JSON.stringify(sorted(state[field]))];
    if (needed !== got) {
      throw mismatch(`this pruner has ${field} ${needed}, the state was saved with ${got}`);
    }
  }
}

function requireSameWeights(
  saved: readonly MaskState[],
  expected: readonly { readonly name: string; readonly shape: readonly number[] }[],
): void {
  const names = (list: readonly { readonly name: string }[]) => list.map(({ name }) => name).join(', ');
  const same = saved.length === expected.length && saved.every(({ name }, i) => name === expected[i]!.name);
  if (!same) {
    throw mismatch(`this pruner has the weights ${names(expected)}; the state has ${names(saved)}`);
  }
  for (const [i, { name, shape }] of saved.entries()) {
    const needed = expected[i]!.shape;
    if (shape.length !== needed.length || shape.some((edge, axis) => edge !== needed[axis])) {
      throw mismatch(`weight ${name} has the shape [${needed}]; the state has [${shape}]`);
    }
  }
}

function readMaskState({ name, shape, kept, mask }: MaskState): Uint8Array {
  const elements = shape.reduce((product, edge) => product * edge, 1);
  const packed = fromBase64(mask);
  if (packed === undefined) throw corrupt(`the mask of ${name} is no base64`);
  if (packed.length !== packedLength(elements)) {
    throw corrupt(`the mask of ${name} needs ${packedLength(elements)} bytes, got ${packed.length}`);
  }
  if (!hasCleanTail(packed, elements))
    throw corrupt(`the mask of ${name} has bits beyond its ${elements} elements`);
  if (countBits(packed) !== kept) {
    throw corrupt(`the mask of ${name} keeps ${countBits(packed)} elements, the state says ${kept}`);
  }
  return packed;
}

function checksumOf(state: Omit<PrunerState, 'checksum'>): string {
  const { format, version, rule, scope, pattern, score, floor, position, target, weights } = state;
  const content = [format, version, rule, scope, sorted(pattern), sorted(score), floor, position, target];
  const text = JSON.stringify([
    ...content,
    weights.map(({ name, shape, kept, mask }) => [name, shape, kept, mask]),
  ]);
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}

/** A value whose JSON does not depend on the order its keys were written in. */
function sorted(value: unknown): unknown {
  return isRecord(value) ? Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)) : value;
}

function isMaskState(value: unknown): value is MaskState {
  return (
    isRecord(value) &&
    typeof value.name === 'string' &&
    Array.isArray(value.shape) &&
    value.shape.every((edge) => Number.isSafeInteger(edge) && edge >= 0) &&
    Number.isSafeInteger(value.kept) &&
    typeof value.mask === 'string'
  );
}

/** A flat record of names and numbers. */
function isOption(value: unknown): boolean {
  return (
    isRecord(value) && Object.values(value).every((field) => ['string', 'number'].includes(typeof field))
  );
}

function isNumberOrNull(value: unknown): value is number | null {
  return value === null || (typeof value === 'number' && Number.isFinite(value));
}

function corrupt(message: string): PruneError {
  return new PruneError('state-corrupt', `not a saved pruner state: ${message}`);
}

function mismatch(message: string): PruneError {
  return new PruneError('state-mismatch', `the state does not belong to this pruner: ${message}`);
}
