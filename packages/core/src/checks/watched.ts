import { describe } from './legible.js';

/**
 * What is given to watch long work with, and to end it early, before any of it is done.
 *
 * @throws TypeError unless `signal` is an `AbortSignal`, of any realm, and `onProgress` a function, where they are given
 */
export function requireWatched(
  caller: string,
  { signal, onProgress }: { readonly signal?: unknown; readonly onProgress?: unknown },
): void {
  const { throwIfAborted } = (signal ?? {}) as { readonly throwIfAborted?: unknown };
  if (signal !== undefined && typeof throwIfAborted !== 'function') {
    throw new TypeError(`${caller} needs signal to be an AbortSignal, got ${describe(signal)}`);
  }
  if (onProgress !== undefined && typeof onProgress !== 'function') {
    throw new TypeError(`${caller} needs onProgress to be a function, got ${describe(onProgress)}`);
  }
}
