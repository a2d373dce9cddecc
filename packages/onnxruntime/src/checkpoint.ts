import { PruneError, type PrunerState } from '@synaprune/core';
import { floatsFromBase64, floatsToBase64 } from './base64.js';
import { elementsOf } from './host-memory.js';

/** A tensor in a {@link TrainerState}. */
export interface TensorState {
  /** `weight`, `gradient`, `buffer`, or the kind of an optimizer's slot of the weight of this name. */
  readonly kind: string;
  readonly name: string;
  readonly shape: readonly number[];
  /** Its float32 values, little-endian, in base64. */
  readonly values: string;
}

/**
 * Everything a run needs to go on elsewhere: plain data that survives JSON and structured clone, readable on
 * every runtime. The model travels separately.
 */
export interface TrainerState {
  readonly format: 'synaprune-trainer';
  readonly version: 1;
  readonly steps: number;
  readonly seed: number;
  readonly tensors: readonly TensorState[];
  /** Of the pruner that `save` was given; `null` without one. */
  readonly pruner: PrunerState | null;
  /** Of everything else, as eight hexadecimal digits. Finds damage, not malice. */
  readonly checksum: string;
}

/** A tensor's place in a state. */
export interface TensorPlace {
  readonly kind: string;
  readonly name: string;
  readonly shape: readonly number[];
}

/** What a state says, once it is known to be right. */
export interface OpenedState {
  readonly steps: number;
  readonly seed: number;
  /** In the order of the places. */
  readonly values: readonly Float32Array[];
  readonly pruner: unknown;
}

const FORMAT = 'synaprune-trainer';
const VERSION = 1;

/** A state with its checksum. */
export function sealTrainerState(
  state: { readonly steps: number; readonly seed: number; readonly pruner: PrunerState | null },
  tensors: readonly (TensorPlace & { readonly values: Float32Array })[],
): TrainerState {
  const places = tensors.map(({ kind, name, shape }) => ({ kind, name, shape: [...shape] }));
  const { steps, seed, pruner } = state;
  const checksum = checksumOf(
    { steps, seed, pruner, places },
    tensors.map(({ values }) => values),
  );
  return {
    format: FORMAT,
    version: VERSION,
    steps,
    seed,
    tensors: places.map((place, i) => ({ ...place, values: floatsToBase64(tensors[i]!.values) })),
    pruner,
    checksum,
  };
}

/**
 * Reads a state that came from anywhere.
 *
 * @param places the tensors that it must hold, in their order
 * @param pruning whether it must hold the state of a pruner
 * @throws PruneError `state-corrupt`, `state-version` or `state-mismatch`
 */
export function openTrainerState(
  value: unknown,
  places: readonly TensorPlace[],
  pruning: boolean,
): OpenedState {
  const { state, values } = requireState(value);
  requireSameTensors(state.tensors, places);
  if (pruning !== (state.pruner !== null)) {
    throw mismatch(
      pruning
        ? 'restore was given a pruner; the state was saved without one'
        : 'the state holds the masks of a pruner; give restore that pruner, or they would be lost',
    );
  }
  return { steps: state.steps, seed: state.seed, values, pruner: state.pruner };
}

/** A copy in which every field has the right type and whose checksum fits, and its values. */
function requireState(value: unknown): { readonly state: TrainerState; readonly values: Float32Array[] } {
  const state = plainCopy(value);
  if (!isRecord(state) || state.format !== FORMAT) {
    throw corrupt(`needed an object with format ${JSON.stringify(FORMAT)}`);
  }
  if (state.version !== VERSION) {
    throw new PruneError(
      'state-version',
      `this release reads trainer states of version ${VERSION}, got version ${JSON.stringify(state.version)}`,
    );
  }
  const { steps, seed, tensors, pruner, checksum } = state;
  if (!Number.isSafeInteger(steps) || (steps as number) < 0) throw corrupt('its count of steps is damaged');
  if (!Number.isSafeInteger(seed)) throw corrupt('its seed is damaged');
  if (!Array.isArray(tensors) || !tensors.every(isTensorState))
    throw corrupt('its list of tensors is damaged');
  if (pruner !== null && !isRecord(pruner)) throw corrupt('the state of its pruner is damaged');
  const whole = state as unknown as TrainerState;
  const values = whole.tensors.map(({ kind, name, shape, values: text }) => {
    const floats = floatsFromBase64(text, elementsOf(shape));
    if (floats === undefined) throw corrupt(`the values of ${kind} ${JSON.stringify(name)} are damaged`);
    return floats;
  });
  const places = whole.tensors.map(({ kind, name, shape }) => ({ kind, name, shape }));
  const found = checksumOf({ steps: whole.steps, seed: whole.seed, pruner: whole.pruner, places }, values);
  if (found !== checksum) {
    throw corrupt(`its checksum is ${JSON.stringify(checksum)}, its content gives "${found}"`);
  }
  return { state: whole, values };
}

/** Plain data: no getter, cycle or foreign class survives. Values, which may be long, are not written out. */
function plainCopy(value: unknown): unknown {
  try {
    if (!isRecord(value)) return value;
    const { tensors, ...rest } = value;
    const list = Array.isArray(tensors)
      ? Array.from(tensors as Partial<TensorState>[], ({ kind, name, shape, values }) => ({
          kind,
          name,
          shape: Array.isArray(shape) ? [...shape] : shape,
          values,
        }))
      : tensors;
    return { ...JSON.parse(JSON.stringify(rest)), tensors: list };
  } catch (error) {
    throw new PruneError('state-corrupt', 'not a saved trainer state: it is no plain data', { cause: error });
  }
}

function requireSameTensors(saved: readonly TensorState[], places: readonly TensorPlace[]): void {
  const describe = ({ kind, name, shape }: TensorPlace) =>
    `${kind} ${JSON.stringify(name)} of shape [${shape.join(', ')}]`;
  for (let i = 0; i < Math.max(saved.length, places.length); i += 1) {
    const [needed, got] = [places[i], saved[i]].map((place) => (place ? describe(place) : 'nothing'));
    if (needed !== got) throw mismatch(`tensor ${i} of this trainer is ${needed}; the state has ${got}`);
  }
}

/** FNV-1a with 32-bit words in the place of bytes: one word that differs is always found. */
function checksumOf(
  head: Pick<TrainerState, 'steps' | 'seed' | 'pruner'> & { readonly places: readonly TensorPlace[] },
  values: readonly Float32Array[],
): string {
  let hash = 0x811c9dc5;
  const text = JSON.stringify(sorted(head));
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  for (const floats of values) {
    const words = new Int32Array(floats.buffer, floats.byteOffset, floats.length);
    for (let i = 0; i < words.length; i += 1) hash = Math.imul(hash ^ words[i]!, 0x01000193);
  }
  return (hash >>> 0).toString(16).padStart(8, '0');
}

/** The same whatever order the keys of objects come in. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isRecord(value)) return value;
  return Object.keys(value)
    .sort()
    .map((key) => [key, sorted(value[key])]);
}

function isTensorState(value: unknown): value is TensorState {
  return (
    isRecord(value) &&
    typeof value.kind === 'string' &&
    typeof value.name === 'string' &&
    typeof value.values === 'string' &&
    Array.isArray(value.shape) &&
    value.shape.every((size) => Number.isInteger(size) && size >= 0)
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function corrupt(what: string): PruneError {
  return new PruneError('state-corrupt', `not a saved trainer state: ${what}`);
}

function mismatch(what: string): PruneError {
  return new PruneError('state-mismatch', what);
}
