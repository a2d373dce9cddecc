import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { PruneError } from '@synaprune/core';
import { writeFileWhole } from 'forecast-example/write-file';
import { fileFailed } from '../store/errors.js';
import type { Failure } from './assemble-study.js';
import type { Plan } from './plan.js';

const FORMAT = 'synaprune-study-plan';
const VERSION = 1;

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
  const plan = parse(path) as Plan & { readonly format?: unknown; readonly version?: unknown };
  if (plan?.format !== FORMAT || !Array.isArray(plan.arms) || !Array.isArray(plan.series)) {
    throw new PruneError(
      'state-corrupt',
      `${path} is no plan of a study; run the study again to write it anew`,
    );
  }
  if (plan.version !== VERSION) {
    throw new PruneError(
      'state-version',
      `${path} was written by version ${plan.version}, this program reads version ${VERSION}`,
    );
  }
  // Plans of an earlier program have neither.
  return { ...plan, persistence: plan.persistence ?? [], impossible: plan.impossible ?? [] };
}

/** Keeps the runs that ended without a result, for the report; none leave no file. */
export function writeFailures(dir: string, failures: readonly Failure[]): void {
  if (failures.length > 0) write(failuresPath(dir), failures);
  else rmSync(failuresPath(dir), { force: true });
}

/** The runs that ended without a result under the latest plan. */
export function readFailures(dir: string): readonly Failure[] {
  const path = failuresPath(dir);
  return existsSync(path) ? (parse(path) as readonly Failure[]) : [];
}

function write(path: string, value: unknown): void {
  try {
    writeFileWhole(path, `${JSON.stringify(value, null, 2)}\n`);
  } catch (error) {
    throw fileFailed(`could not write ${path}`, error);
  }
}

function parse(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new PruneError('state-corrupt', `${path} cannot be read: ${(error as Error).message}`, {
      cause: error,
    });
  }
}
