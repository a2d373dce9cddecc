import type { RunResult, RunSpec, Score } from '../run.js';
import type { StoredRun } from '../study.js';
import { canonicalJson, keyOf } from './key.js';

/** The first line of every store. */
export const FORMAT = 'synaprune-study-runs';
export const VERSION = 1;
export const HEADER = `${JSON.stringify({ format: FORMAT, version: VERSION })}\n`;

/** Reads a line of a store; answers what is wrong with it where something is. */
export function readRun(text: string): StoredRun | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return `not JSON (${(error as Error).message})`;
  }
  const { key, spec, result } = (value ?? {}) as Partial<StoredRun>;
  if (typeof key !== 'string' || !isObject(spec) || !isObject(spec.series) || !isObject(result)) {
    return 'a run needs key, spec and result';
  }
  const right = keyOf(spec);
  if (key !== right) return `the key of its spec is ${right}, it says ${key}`;
  if (!isResult(result)) return 'a result needs finite scores and its epochs';
  return { key, spec, result };
}

/** Whether two results are of the same computation: equal in all but the time they took. */
export function sameResult(a: RunResult, b: RunResult): boolean {
  return canonicalJson({ ...a, seconds: 0 }) === canonicalJson({ ...b, seconds: 0 });
}

/** Whether a result can be stored: its scores are there, and finite. Those of `Infinity` came out of JSON as null. */
export function isResult(result: RunResult): boolean {
  return (
    [result.test, result.validation].every(
      (part) =>
        isObject(part) && isScore(part.off) && [part.onePass, part.twentyPasses].every(isOptionalScore),
    ) &&
    Array.isArray(result.epochs) &&
    Number.isFinite(result.sparsity) &&
    Number.isFinite(result.seconds)
  );
}

/** The line of a run, newline included. */
export function lineOf(spec: RunSpec, result: RunResult): { readonly key: string; readonly line: string } {
  const key = keyOf(spec);
  const run: StoredRun = { key, spec, result };
  return { key, line: `${JSON.stringify(run)}\n` };
}

function isOptionalScore(score: Score | null): boolean {
  return score === null || isScore(score);
}

function isScore(score: unknown): score is Score {
  return isObject(score) && Object.values(score).length > 0 && Object.values(score).every(Number.isFinite);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
