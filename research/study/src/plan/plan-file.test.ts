import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { madeUpSpec } from '../store/testing/made-up-run.js';
import { readFailures, readPlan, writeFailures, writePlan } from './plan-file.js';
import { madeUpArm, madeUpPlan } from './testing/made-up-plan.js';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'plan-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

const plan = madeUpPlan([madeUpArm('none', [{}])]);
const failures = [{ key: 'ab'.repeat(32), spec: madeUpSpec(), message: 'diverged' }];

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
    JSON.stringify({ ...plan, format: 'synaprune-study-plan', version: 1 }),
    /version 1, this program reads version 2/,
  ],
])('refuses a file it cannot trust: %.20s', (text, message) => {
  writeFileSync(join(dir, 'study-plan.json'), text);
  expect(() => readPlan(dir)).toThrow(message);
});

describe('a plan that was changed is refused with the place', () => {
  const kept = { ...plan, format: 'synaprune-study-plan', version: 2 };
  const nested = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
  it.each<[string, string, RegExp]>([
    ['null for a list', JSON.stringify({ ...kept, arms: null }), /arms: .*expected array, received null/],
    [
      'a protocol that every object has',
      JSON.stringify({ ...kept, protocol: 'toString' }),
      /protocol: Invalid option/,
    ],
    ['lists in lists', JSON.stringify({ ...kept, seeds: 'deep' }).replace('"deep"', nested), /seeds\.0: /],
    ['lists alone', nested, /is no plan of a study/],
    [
      'a series that is not there',
      JSON.stringify({ ...kept, remarks: [{ series: 9, length: 7, remarks: [] }] }),
      /remarks\.0\.series: needs one of 1 series/,
    ],
    [
      'a key with control characters',
      JSON.stringify({ ...kept, 'a\u001b[2J': 1 }),
      /Unrecognized key: "a\\u001b\[2J"/,
    ],
    [
      'more runs than anybody can carry out',
      JSON.stringify({
        ...kept,
        lengths: Array.from({ length: 10_000 }, (_, i) => i + 1),
        seeds: Array.from({ length: 10_000 }, (_, i) => i),
      }),
      /asks for more than 1000000 runs/,
    ],
  ])('%s', (_, text, message) => {
    writeFileSync(join(dir, 'study-plan.json'), text);
    expect(() => readPlan(dir)).toThrow(
      expect.objectContaining({ code: 'state-corrupt', message: expect.stringMatching(message) }),
    );
  });

  it('and so are runs that failed', () => {
    writePlan(dir, plan);
    for (const text of ['null', '{}', '[null]', '[{"key":"x"}]', nested]) {
      writeFileSync(join(dir, 'failed-runs.json'), text);
      expect(() => readFailures(dir)).toThrow(expect.objectContaining({ code: 'state-corrupt' }));
    }
  });
});
