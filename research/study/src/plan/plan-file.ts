import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { PruneError } from '@synaprune/core';
import { describe } from '@synaprune/core/checks';
import { readPlainFile } from '@synaprune/examples-kit/files/read-plain-file';
import { writeFileWhole } from '@synaprune/examples-kit/files/write-file';
import { z } from 'zod';
import { checkShape } from '../check-shape.js';
import { fileFailed } from '../store/errors.js';
import type { Failure } from './assemble-study.js';
import type { Plan } from './plan.js';
import { failuresSchema, planSchema } from './plan-schema.js';

const FORMAT = 'synaprune-study-plan';
const VERSION = 2;
/** Bytes of a plan, or of what failed. */
const LARGEST = 256 * 2 ** 20;

const planPath = (dir: string) => join(dir, 'study-plan.json');
const failuresPath = (dir: string) => join(dir, 'failed-runs.json');

/** Keeps the latest plan of a folder; what failed under an earlier one is forgotten. */
export function writePlan(dir: string, plan: Plan): void {
  write(planPath(dir), { format: FORMAT, version: VERSION, ...plan });
  rmSync(failuresPath(dir), { force: true });
}

/**
 * The latest plan of a folder.
 *
 * @throws PruneError `file-failed` where there is none, `state-corrupt`, `state-version`
 */
export function readPlan(dir: string): Plan {
  const path = planPath(dir);
  if (!existsSync(path)) {
    throw new PruneError(
      'file-failed',
      `${dir} holds no study: needed ${path}, which \`npm run study\` writes`,
    );
  }
  const value = parse(path);
  const head = checkShape(headSchema, value);
  if (head.kind === 'bad') {
    throw new PruneError(
      'state-corrupt',
      `${path} is no plan of a study; run the study again to write it anew`,
    );
  }
  const { format: _, version, ...rest } = head.value;
  if (version !== VERSION) {
    throw new PruneError(
      'state-version',
      `${path} was written by version ${describe(version)}, this program reads version ${VERSION}`,
    );
  }
  return requireShape(path, planSchema, rest);
}

const headSchema = z.looseObject({ format: z.literal(FORMAT), version: z.unknown() });

/** Keeps the runs that ended without a result, for the report; none leave no file. */
export function writeFailures(dir: string, failures: readonly Failure[]): void {
  if (failures.length > 0) write(failuresPath(dir), failures);
  else rmSync(failuresPath(dir), { force: true });
}

/** The runs that ended without a result under the latest plan. */
export function readFailures(dir: string): readonly Failure[] {
  const path = failuresPath(dir);
  return existsSync(path) ? requireShape(path, failuresSchema, parse(path)) : [];
}

function write(path: string, value: unknown): void {
  try {
    writeFileWhole(path, `${JSON.stringify(value, null, 2)}\n`);
  } catch (error) {
    throw fileFailed(`could not write ${path}`, error);
  }
}

function parse(path: string): unknown {
  const file = readPlainFile(path, { most: LARGEST });
  if (file.kind === 'refused') {
    throw new PruneError('state-corrupt', `${path} cannot be read: ${file.reason}`);
  }
  try {
    return JSON.parse(file.bytes.toString('utf8'));
  } catch (error) {
    throw new PruneError('state-corrupt', `${path} cannot be read: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

function requireShape<Value>(path: string, schema: z.ZodType<Value>, value: unknown): Value {
  const checked = checkShape(schema, value);
  if (checked.kind === 'good') return checked.value;
  throw new PruneError(
    'state-corrupt',
    `${path} has not the shape that it needs: ${checked.problem}; run the study again to write it anew`,
  );
}
