import { PruneError } from '@synaprune/core';
import { showPlace } from '../bytes/wire.js';

/** An `external-data` error that names the place. */
export function outOfBounds(place: string, got: string, cause?: unknown): PruneError {
  return new PruneError(
    'external-data',
    `${showPlace(place)} has ${got}`,
    cause === undefined ? undefined : { cause },
  );
}
