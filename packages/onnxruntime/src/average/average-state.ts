import { PruneError } from '@synaprune/core';
import { elementsOf, hashDigits, hashText, isRecord, keysSorted, quote } from '@synaprune/core/checks';
import { floatsFromBase64, floatsToBase64 } from '../state/base64.js';

/** A moving average as plain data that survives JSON and structured clone, readable on every runtime. */
export interface MovingAverageState {
  readonly format: 'synaprune-average';
  readonly version: 1;
  readonly decay: number;
  readonly updates: number;
  readonly tensors: readonly {
    readonly name: string;
    readonly shape: readonly number[];
    /** Float32 values, little-endian, in base64. */
    readonly values: string;
  }[];
  /** Of everything else, as eight hexadecimal digits. Finds damage, not malice. */
  readonly checksum: string;
}

interface Place {
  readonly name: string;
  readonly shape: readonly number[];
}

const checksumOf = (state: Omit<MovingAverageState, 'checksum'>): string =>
  hashDigits(hashText(JSON.stringify(keysSorted(state))));

/** A state with its checksum. */
export function sealAverage(
  { decay, updates }: { readonly decay: number; readonly updates: number },
  tensors: readonly (Place & { readonly values: Float32Array })[],
): MovingAverageState {
  const state = {
    format: 'synaprune-average',
    version: 1,
    decay,
    updates,
    tensors: tensors.map(({ name, shape, values }) => ({
      name,
      shape: [...shape],
      values: floatsToBase64(values),
    })),
  } as const;
  return { ...state, checksum: checksumOf(state) };
}

/** Reads a state that came from anywhere. @throws PruneError `state-corrupt`, `state-version`, `state-mismatch` */
export function openAverage(
  value: unknown,
  decay: number,
  places: readonly Place[],
): { readonly updates: number; readonly values: readonly Float32Array[] } {
  const state = plainCopy(value);
  if (!isRecord(state) || state.format !== 'synaprune-average') throw corrupt('it has another format');
  if (state.version !== 1) {
    throw new PruneError(
      'state-version',
      `this release reads states of moving averages of version 1, got version ${JSON.stringify(state.version)}`,
    );
  }
  const { checksum, ...rest } = state;
  const { tensors, updates } = rest as unknown as MovingAverageState;
  if (checksumOf(rest as never) !== checksum) throw corrupt('its checksum is not that of its content');
  if (!Number.isSafeInteger(updates) || updates < 0 || !Array.isArray(tensors)) {
    throw corrupt('a field of it is damaged');
  }
  if (rest.decay !== decay) {
    throw new PruneError(
      'state-mismatch',
      `this moving average has decay ${decay}; the state has ${rest.decay}`,
    );
  }
  const show = (place: Place | undefined) => (place ? `${quote(place.name)} [${place.shape}]` : 'nothing');
  const values = Array.from({ length: Math.max(places.length, tensors.length) }, (_, i) => {
    const [place, saved] = [places[i], tensors[i] as MovingAverageState['tensors'][number] | undefined];
    if (place === undefined || saved === undefined || show(place) !== show(saved)) {
      throw new PruneError(
        'state-mismatch',
        `tensor ${i} of this moving average is ${show(place)}; the state has ${show(saved)}`,
      );
    }
    const floats = floatsFromBase64(saved.values, elementsOf(place.shape));
    if (floats === undefined) throw corrupt(`the values of ${quote(place.name)} are damaged`);
    return floats;
  });
  return { updates, values };
}

function plainCopy(value: unknown): unknown {
  try {
    return value === undefined ? value : JSON.parse(JSON.stringify(value));
  } catch (error) {
    throw new PruneError('state-corrupt', 'not the state of a moving average: it is no plain data', {
      cause: error,
    });
  }
}

function corrupt(what: string): PruneError {
  return new PruneError('state-corrupt', `not the state of a moving average: ${what}`);
}
