import { describe } from '@synaprune/core/checks';
import { outOfBounds } from '../view/out-of-bounds.js';

/**
 * A location that a model names, as the parts of a path below the model's folder.
 *
 * @throws PruneError `external-data` when it could lead anywhere else
 */
export function partsOfLocation(location: string | undefined, place: string): readonly string[] {
  const parts = splitLocation(location);
  if (typeof parts === 'string') throw outOfBounds(place, `the location ${describe(location)}, ${parts}`);
  return parts;
}

/** The parts of a location, or why it is none. */
export function splitLocation(location: string | undefined): readonly string[] | string {
  if (location === undefined || location === '') return 'which names no file';
  if (location.includes('\0')) return 'which holds a NUL';
  if (location.includes('\\')) return 'which holds a backslash';
  if (location.startsWith('/')) return 'which is absolute';
  // Drive letters, URLs and the marks that runtimes keep for themselves.
  if (/^[a-z][a-z0-9+.-]*:/i.test(location) || location.includes('*/')) return 'which is no relative path';
  const parts = location.split('/').filter((part) => part !== '.');
  if (parts.some((part) => part === '..')) return 'which leads out of its folder';
  if (parts.length === 0 || parts.some((part) => part === '')) return 'which names no file';
  return parts;
}
