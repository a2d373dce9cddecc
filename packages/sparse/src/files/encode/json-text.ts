import { PruneError } from '@synaprune/core';
import { describe, isRecord } from '@synaprune/core/checks';

/** Most levels of a value; models have some twenty. */
const DEEPEST = 200;

/**
 * A value as JSON that reads back as the same: unlike `JSON.stringify` it keeps -0 and refuses what JSON has not.
 * Members that are `undefined` are left out.
 *
 * @param what whose it is, for errors
 * @throws PruneError `bad-model` for what is no JSON
 */
export function jsonText(what: string, value: unknown, depth = 0): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number' && Number.isFinite(value)) return Object.is(value, -0) ? '-0' : String(value);
  // What holds itself is as deep as anything can be.
  if (depth > DEEPEST) throw badModel(`${what} to be nested at most ${DEEPEST} levels deep`);
  const inner = (each: unknown) => jsonText(what, each, depth + 1);
  if (Array.isArray(value)) return `[${Array.from(value, inner).join()}]`;
  if (isRecord(value) && Object.prototype.toString.call(value) === '[object Object]') {
    const members = Object.entries(value).filter(([, each]) => each !== undefined);
    return `{${members.map(([key, each]) => `${JSON.stringify(key)}:${inner(each)}`).join()}}`;
  }
  throw badModel(
    `${what} to be JSON, got ${typeof value === 'object' ? Object.prototype.toString.call(value) : describe(value)} in it`,
  );
}

function badModel(message: string): PruneError {
  return new PruneError('bad-model', `pack needs ${message}`);
}
