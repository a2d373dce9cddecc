import { z } from 'zod';
import { checkJson, checkShape } from '../check-shape.js';
import type { RunResult, RunSpec } from '../run.js';
import { runResultSchema, runSpecSchema, sha256Schema } from '../run-schema.js';
import type { StoredRun } from '../study.js';
import { canonicalJson, keyOf } from './key.js';

/** The first line of every store. */
export const FORMAT = 'synaprune-study-runs';
export const VERSION = 2;
export const HEADER = `${JSON.stringify({ format: FORMAT, version: VERSION })}\n`;

/** Characters of a line: a run of the most epochs has fewer. */
export const LONGEST_LINE = 8 * 2 ** 20;

const storedRunSchema = z.strictObject({
  key: sha256Schema,
  spec: runSpecSchema,
  result: runResultSchema,
});

/** Reads a line of a store; answers what is wrong with it where something is. */
export function readRun(text: string): StoredRun | string {
  const checked = checkJson(storedRunSchema, text, LONGEST_LINE);
  if (checked.kind === 'bad') return checked.problem;
  const { key, spec } = checked.value;
  const right = keyOf(spec);
  return key === right ? checked.value : `the key of its spec is ${right}, it says ${key}`;
}

/**
 * Whether two results are of the same computation: equal in all but the time they took. Forecasts, which the scores are
 * of, may be missing in one of them.
 */
export function sameResult(a: RunResult, b: RunResult): boolean {
  const told = (result: RunResult) => canonicalJson({ ...result, seconds: 0, forecasts: undefined });
  return told(a) === told(b);
}

/** What keeps a result from being stored, or `null`: a score that is not finite, most of all. */
export function problemOf(result: unknown): string | null {
  const checked = checkShape(runResultSchema, result);
  return checked.kind === 'bad' ? checked.problem : null;
}

/** The line of a run, newline included. */
export function lineOf(spec: RunSpec, result: RunResult): { readonly key: string; readonly line: string } {
  const key = keyOf(spec);
  const run: StoredRun = { key, spec, result };
  return { key, line: `${JSON.stringify(run)}\n` };
}
