import { z } from 'zod';
import { checkJson, checkShape } from '../check-shape.js';
import { sha256Schema } from '../run-schema.js';
import { canonicalJson } from './key.js';

/** A finished run, as a line of a store has it. */
export interface Stored<Spec, Result> {
  /** SHA-256 of what decides the run's numbers, in hexadecimal. */
  readonly key: string;
  readonly spec: Spec;
  readonly result: Result;
}

/** Which runs a store holds, and how a line of it is read and written. */
export interface RunKind<Spec, Result> {
  readonly format: string;
  readonly version: number;
  /** The first line of every store of them, newline included. */
  readonly header: string;
  keyOf(spec: Spec): string;
  /** Reads a line; answers what is wrong with it where something is. */
  read(text: string): Stored<Spec, Result> | string;
  /** The line of a run, newline included. */
  lineOf(spec: Spec, result: Result): { readonly key: string; readonly line: string };
  /** What keeps a result from being stored, or `null`: a score that is not finite, most of all. */
  problemOf(result: unknown): string | null;
  /** Whether two results are of the same computation: equal in all that decides nothing, the time they took first. */
  same(a: Result, b: Result): boolean;
}

/** What has to be told of runs. */
export interface RunKindParts<Spec, Result> {
  readonly format: string;
  readonly version: number;
  readonly spec: z.ZodType<Spec>;
  readonly result: z.ZodType<Result>;
  readonly keyOf: (spec: Spec) => string;
  /** A result without what two computations of one run may differ in. */
  readonly told: (result: Result) => unknown;
}

/** Characters of a line: a run of the most epochs has fewer. */
export const LONGEST_LINE = 8 * 2 ** 20;

/** Runs of these shapes. */
export function defineRuns<Spec, Result>({
  format,
  version,
  spec,
  result,
  keyOf,
  told,
}: RunKindParts<Spec, Result>): RunKind<Spec, Result> {
  const storedSchema = z.strictObject({ key: sha256Schema, spec, result });
  return {
    format,
    version,
    header: `${JSON.stringify({ format, version })}\n`,
    keyOf,
    read(text) {
      const checked = checkJson(storedSchema, text, LONGEST_LINE);
      if (checked.kind === 'bad') return checked.problem;
      const { key, spec: own } = checked.value;
      const right = keyOf(own);
      return key === right ? checked.value : `the key of its spec is ${right}, it says ${key}`;
    },
    lineOf(given, made) {
      const key = keyOf(given);
      const run: Stored<Spec, Result> = { key, spec: given, result: made };
      return { key, line: `${JSON.stringify(run)}\n` };
    },
    problemOf(value) {
      const checked = checkShape(result, value);
      return checked.kind === 'bad' ? checked.problem : null;
    },
    same: (a, b) => canonicalJson(told(a)) === canonicalJson(told(b)),
  };
}
