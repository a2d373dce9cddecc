import { PruneError } from '@synaprune/core';

/** The error for data that cannot be used as asked: what was needed, what was got. */
export function badData(message: string): PruneError {
  return new PruneError('bad-data', message);
}
