import { PruneError } from '@synaprune/core';
import { legible } from '@synaprune/core/checks';

/**
 * An error that a user can act on, as `code: message`: those of this repository, and those of the file system. A
 * fault of the program gives `null`, and wants its stack trace.
 */
export function userErrorText(error: unknown): { readonly code: string; readonly message: string } | null {
  if (!(error instanceof Error)) return null;
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (typeof syscall === 'string') return { code: 'file-failed', message: legible(error.message) };
  if (error instanceof PruneError || code === 'queue-failed') {
    return { code: String(code), message: legible(error.message) };
  }
  return null;
}
