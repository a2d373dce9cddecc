import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { madeUpSpec } from '../store/testing/made-up-run.js';
import { readFailures, readPlan, writeFailures, writePlan } from './plan-file.js';
import { madeUpArm, madeUpPlan } from './testing/made-up-plan.js';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'plan-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

const plan = madeUpPlan([madeUpArm('none', [{}])]);
const failures = [{ key: 'ab', spec: madeUpSpec(), message: 'diverged' }];

it('keeps the latest plan, and forgets what failed under the one before', () => {
  writePlan(dir, madeUpPlan([]));
  writeFailures(dir, failures);
  expect(readFailures(dir)).toEqual(failures);
  writePlan(dir, plan);
  expect(readPlan(dir)).toMatchObject(plan);
  expect(readFailures(dir)).toEqual([]);
});

it('tells where there is no study', () => {
  expect(() => readPlan(dir)).toThrow(/holds no study: needed .*study-plan\.json/);
});

it.each([
  ['{"format":', /cannot be read/],
  ['[]', /is no plan of a study/],
  [
    JSON.stringify({ ...plan, format: 'synaprune-study-plan', version: 2 }),
    /version 2, this program reads version 1/,
  ],
])('refuses a file it cannot trust: %.20s', (text, message) => {
  writeFileSync(join(dir, 'study-plan.json'), text);
  expect(() => readPlan(dir)).toThrow(message);
});
