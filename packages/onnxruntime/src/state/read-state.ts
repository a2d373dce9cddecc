import { PruneError } from '@synaprune/core';
import { elementsOf, isRecord } from '@synaprune/core/checks';
import { floatsFromBase64 } from './base64.js';
import { trainerChecksum } from './state-checksum.js';
import type { TensorState, TrainerState } from './trainer-state.js';

/** What a state says that it is. */
export const FORMAT = 'synaprune-trainer';

/** The versions that are read. The last one is written. */
const VERSIONS = [1, 2, 3] as const;

/** A copy in which every field has the right type and whose checksum fits, and its values. */
export function readTrainerState(value: unknown): {
  readonly state: TrainerState;
  readonly values: Float32Array[];
} {
  const state = plainCopy(value);
  if (!isRecord(state) || state.format !== FORMAT) {
    const text = typeof value === 'string' ? ', got text, which is read by JSON.parse first' : '';
    throw corrupt(`needed an object with format ${JSON.stringify(FORMAT)}${text}`);
  }
  if (!VERSIONS.some((version) => version === state.version)) {
    throw new PruneError(
      'state-version',
      `this release reads trainer states of versions ${VERSIONS.join(', ')}, got version ${JSON.stringify(state.version)}`,
    );
  }
  const { steps, seed, tensors, pruner, optimizer, model, checksum } = state;
  if (!Number.isSafeInteger(steps) || (steps as number) < 0) throw corrupt('its count of steps is damaged');
  if (!Number.isSafeInteger(seed)) throw corrupt('its seed is damaged');
  if (!Array.isArray(tensors) || !tensors.every(isTensorState))
    throw corrupt('its list of tensors is damaged');
  if (pruner !== null && !isRecord(pruner)) throw corrupt('the state of its pruner is damaged');
  // Version 1 did not tell the optimizer's settings.
  if ((state.version === 1) !== (optimizer === undefined) || (state.version !== 1 && !isRecord(optimizer))) {
    throw corrupt('the settings of its optimizer are damaged');
  }
  if ((state.version === 3) !== (typeof model === 'string')) {
    throw corrupt('the digest of its model is damaged');
  }
  const whole = state as unknown as TrainerState;
  const values = whole.tensors.map(({ kind, name, shape, values: text }) => {
    const floats = floatsFromBase64(text, elementsOf(shape));
    if (floats === undefined) throw corrupt(`the values of ${kind} ${JSON.stringify(name)} are damaged`);
    return floats;
  });
  const places = whole.tensors.map(({ kind, name, shape }) => ({ kind, name, shape }));
  const { optimizer: settings, model: digest } = whole;
  const head = {
    steps: whole.steps,
    seed: whole.seed,
    pruner: whole.pruner,
    ...(settings && { optimizer: settings }),
    ...(digest && { model: digest }),
    places,
  };
  const found = trainerChecksum(head, values);
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

function corrupt(what: string): PruneError {
  return new PruneError('state-corrupt', `not a saved trainer state: ${what}`);
}
