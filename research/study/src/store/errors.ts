import { PruneError } from '@synaprune/core';

/** A file system's complaint, as one that a user can act on. */
export function fileFailed(doing: string, cause: unknown): PruneError {
  const { code, message } = cause as NodeJS.ErrnoException;
  const why =
    code === 'ENOSPC'
      ? 'the disk is full (ENOSPC); make room and start the study again: the finished runs are kept'
      : code === 'EDQUOT'
        ? 'the disk quota is used up (EDQUOT); make room and start the study again: the finished runs are kept'
        : message;
  return new PruneError('file-failed', `${doing}: ${why}`, { cause });
}

/** A store that holds something that cannot be trusted. */
export function corrupt(path: string, line: number, what: string): PruneError {
  return new PruneError(
    'state-corrupt',
    `${path}, line ${line}: ${what}. Nothing was changed; repair or remove the line, and its run is done again`,
  );
}
