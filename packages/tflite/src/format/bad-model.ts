import { PruneError } from '@synaprune/core';

/** The error of a file that breaks the format. */
export function badModel(message: string): PruneError {
  return new PruneError('bad-model', message);
}

/** The error of a model that is right, and of which what was asked cannot be done. */
export function unsupported(message: string): PruneError {
  return new PruneError('unsupported', message);
}
