import { PruneError } from '@synaprune/core';
import { describe } from '@synaprune/core/checks';

/**
 * A path that a manifest names for a shard, as the parts of a path below the folder of the model.
 *
 * @throws PruneError `external-data` when it could lead anywhere else
 */
export function partsOfPath(path: unknown): readonly string[] {
  const parts = splitPath(path);
  if (typeof parts !== 'string') return parts;
  throw new PruneError('external-data', `the manifest names the shard ${describe(path)}, ${parts}`);
}

/** The parts of a path, or why it is none. */
function splitPath(path: unknown): readonly string[] | string {
  if (typeof path !== 'string') return 'which is no text';
  if (path === '') return 'which names no file';
  if (path.includes('\0')) return 'which holds a NUL';
  if (path.includes('\\')) return 'which holds a backslash';
  if (path.startsWith('/')) return 'which is absolute';
  // Drive letters and URLs.
  if (/^[a-z][a-z0-9+.-]*:/i.test(path)) return 'which is no relative path';
  const parts = path.split('/').filter((part) => part !== '.');
  if (parts.some((part) => part === '..')) return 'which leads out of its folder';
  if (parts.length === 0 || parts.some((part) => part === '')) return 'which names no file';
  return parts;
}
