import { PruneError } from '@synaprune/core';

/** The error of a model that is not what its format asks for. */
export function badModel(message: string, cause?: unknown): PruneError {
  return new PruneError('bad-model', message, cause === undefined ? undefined : { cause });
}
