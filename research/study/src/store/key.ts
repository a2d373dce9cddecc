import { createHash } from 'node:crypto';
import type { RunSpec } from '../run.js';

/**
 * The key of a run: SHA-256, in hexadecimal, of its spec as canonical JSON. Where the series lies
 * (`series.source`) is left out, because it decides no number: `series.sha256` does, and a file that was moved is
 * not computed twice.
 *
 * @throws RangeError when a number is not finite, which JSON cannot hold
 */
export function keyOf(spec: RunSpec): string {
  const { source: _, ...series } = spec.series;
  return createHash('sha256')
    .update(canonicalJson({ ...spec, series }))
    .digest('hex');
}

/** JSON without spaces and with the members of every object in the order of their names (UTF-16 units). */
export function canonicalJson(value: unknown): string {
  if (typeof value === 'number' && !Number.isFinite(value)) {
    throw new RangeError(`a spec needs finite numbers, got ${value}`);
  }
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`);
  return `{${members.join(',')}}`;
}
