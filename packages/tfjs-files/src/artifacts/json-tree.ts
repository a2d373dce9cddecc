import { isRecord } from '@synaprune/core/checks';
import { badModel } from './bad-model.js';

/** Most levels of a topology or manifest; models have some twenty. */
const DEEPEST = 200;

/** An object of JSON. */
export type JsonObject = Record<string, unknown>;

/**
 * A copy of a JSON value, that can be changed without changing the value.
 *
 * @param what whose it is, for errors
 * @throws PruneError `bad-model` when it is no tree of JSON, or a very deep one
 */
export function copyJson<Value>(what: string, value: Value): Value {
  return copy(what, value, 0, new Set()) as Value;
}

function copy(what: string, value: unknown, depth: number, above: Set<object>): unknown {
  if (value === null || typeof value !== 'object') {
    if (typeof value === 'function' || typeof value === 'symbol' || typeof value === 'bigint') {
      throw badModel(`${what} needs to be JSON, got a ${typeof value} in it`);
    }
    if (typeof value === 'number' && !Number.isFinite(value)) {
      throw badModel(`${what} needs to be JSON, which has no ${value}`);
    }
    return value;
  }
  if (depth > DEEPEST) throw badModel(`${what} is nested more than ${DEEPEST} levels deep`);
  if (above.has(value)) throw badModel(`${what} needs to be a tree, got one that contains itself`);
  above.add(value);
  let made: unknown;
  if (Array.isArray(value)) made = value.map((each) => copy(what, each, depth + 1, above));
  else if (isPlain(value)) {
    const entries = Object.entries(value).map(([key, each]) => [key, copy(what, each, depth + 1, above)]);
    made = Object.fromEntries(entries);
  } else throw badModel(`${what} needs to be JSON, got ${Object.prototype.toString.call(value)} in it`);
  above.delete(value);
  return made;
}

/** An object of another realm has another prototype, and no class of its own. */
function isPlain(value: object): boolean {
  return Object.prototype.toString.call(value) === '[object Object]';
}

/** A member of an object that a model has for itself, and not from a prototype. */
export function member(object: unknown, key: string): unknown {
  return isRecord(object) && Object.hasOwn(object, key) ? object[key] : undefined;
}

/** A member that is a list; none is an empty one, as Protocol Buffers write it. */
export function listMember(what: string, object: unknown, key: string): readonly unknown[] {
  const list = member(object, key);
  if (list === undefined || list === null) return [];
  if (!Array.isArray(list)) throw badModel(`${what} needs ${key} to be a list`);
  return list;
}

/** A member that is text. */
export function textMember(what: string, object: unknown, key: string): string {
  const text = member(object, key);
  if (typeof text !== 'string') throw badModel(`${what} needs ${key} to be text`);
  return text;
}
