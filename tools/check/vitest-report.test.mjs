// @ts-check
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { withTree } from './made-up-tree.mjs';
import { closingLine } from './tally.mjs';
import { withExitCode } from './units.mjs';
import { readVitestReport } from './vitest-report.mjs';

/** @param {string} title @param {string} status */
function assertion(title, status, failureMessages = /** @type {string[]} */ ([])) {
  return { ancestorTitles: ['suite'], title, status, failureMessages };
}

/** @param {string | object} report @param {string} [log] */
function read(report, log = '') {
  return withTree({ 'vitest.json': report }, (folder) =>
    readVitestReport(join(folder, 'vitest.json'), { label: 'core', folder: '/x', log }),
  );
}

test('counts passed, failed, skipped, pending and to-do tests', async () => {
  const assertionResults = [
    assertion('a', 'passed'),
    assertion('b', 'failed', ['needed 1, got 2']),
    assertion('c', 'skipped'),
    assertion('d', 'pending'),
    assertion('e', 'todo'),
  ];
  const log = '   ↓ c 2ms [no GPU here]\n';
  const findings = await read(
    { testResults: [{ name: '/x/src/a.test.ts', status: 'failed', assertionResults }] },
    log,
  );
  expect(closingLine(findings)).toBe('1 passed, 1 failed, 3 skipped');
  expect(findings[1]).toEqual({
    name: 'core › src/a.test.ts › suite › b',
    outcome: 'failed',
    detail: 'needed 1, got 2',
  });
  expect(findings[2]?.detail).toBe('no GPU here');
});

test('counts a test file that crashed as a failure', async () => {
  const crashed = { name: '/x/src/a.test.ts', status: 'failed', message: 'boom', assertionResults: [] };
  expect(await read({ testResults: [crashed] })).toEqual([
    { name: 'core › src/a.test.ts', outcome: 'failed', detail: 'boom' },
  ]);
});

test('counts a file whose hook failed, beside its skipped tests', async () => {
  const file = { name: '/x/a.test.ts', status: 'failed', assertionResults: [assertion('never', 'skipped')] };
  expect(closingLine(await read({ testResults: [file] }))).toBe('0 passed, 1 failed, 1 skipped');
});

test.each([
  ['missing', 'other.json', '{}'],
  ['unreadable', 'vitest.json', '{'],
  ['without test files', 'vitest.json', '{}'],
  ['without tests', 'vitest.json', '{ "testResults": [] }'],
])('counts a report that is %s as a failure', async (_, file, text) => {
  const findings = await withTree({ [file]: text }, (folder) =>
    readVitestReport(join(folder, 'vitest.json'), { label: 'core', folder }),
  );
  expect(closingLine(findings)).toBe('0 passed, 1 failed');
});

test('counts a failing exit code that no test explains', () => {
  const run = { label: 'core', log: 'late error' };
  const fine = [{ name: 'a', outcome: /** @type {const} */ ('passed') }];
  const broken = [{ name: 'a', outcome: /** @type {const} */ ('failed'), detail: '' }];
  expect(closingLine(withExitCode(fine, 0, run))).toBe('1 passed, 0 failed');
  expect(closingLine(withExitCode(fine, 1, run))).toBe('1 passed, 1 failed');
  expect(closingLine(withExitCode(fine, undefined, run))).toBe('1 passed, 1 failed');
  expect(closingLine(withExitCode(broken, 1, run))).toBe('0 passed, 1 failed');
});
