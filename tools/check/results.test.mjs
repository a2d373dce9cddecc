// @ts-check
import { expect, test } from 'vitest';
import { closingLine, longestFiles, readResults } from './results.mjs';

/** A test file as vitest reports it. @param {Record<string, { state: string, note?: string }>} tests @param {boolean} [ok] */
function moduleOf(tests, ok = true) {
  return {
    project: { name: 'core' },
    relativeModuleId: 'src/a.test.ts',
    ok: () => ok,
    children: {
      allTests: () => Object.entries(tests).map(([fullName, result]) => ({ fullName, result: () => result })),
    },
  };
}

/** What is read of such files. @param {object[]} modules @param {unknown[]} [errors] that no test is to blame for */
function read(modules, errors = []) {
  const state = { getTestModules: () => modules, getUnhandledErrors: () => errors };
  return readResults(/** @type {any} */ ({ state }));
}

test('counts every test, and keeps why one was skipped', () => {
  const results = read([
    moduleOf({ a: { state: 'passed' }, b: { state: 'skipped', note: 'no GPU' }, c: { state: 'passed' } }),
  ]);
  expect(closingLine(results)).toBe('2 passed, 0 failed, 1 skipped');
  expect(results[1]).toEqual({ name: 'core › src/a.test.ts › b', outcome: 'skipped', note: 'no GPU' });
});

test('a failed test fails its file once', () => {
  expect(closingLine(read([moduleOf({ a: { state: 'failed' } }, false)]))).toBe('0 passed, 1 failed');
});

test('fails a file that throws outside its tests, and a test that never ran', () => {
  expect(closingLine(read([moduleOf({}, false), moduleOf({ a: { state: 'pending' } }, false)]))).toBe(
    '0 passed, 2 failed',
  );
});

test('fails for an error that no test is to blame for, and where nothing was run', () => {
  expect(closingLine(read([moduleOf({ a: { state: 'passed' } })], [new Error('late')]))).toBe(
    '1 passed, 1 failed',
  );
  expect(closingLine(read([]))).toBe('0 passed, 1 failed');
});

test('names the files that took longest', () => {
  const spent = (/** @type {string} */ relativeModuleId, /** @type {number} */ duration) => ({
    project: { name: 'core' },
    relativeModuleId,
    diagnostic: () => ({
      collectDuration: 500,
      duration,
      environmentSetupDuration: 0,
      prepareDuration: 250,
      setupDuration: 250,
    }),
  });
  const modules = [spent('a.ts', 1000), spent('b.ts', 119_000), spent('c.ts', 5000)];
  expect(longestFiles(/** @type {any} */ ({ state: { getTestModules: () => modules } }), 2)).toEqual([
    '  120 s  core › b.ts',
    '    6 s  core › c.ts',
  ]);
});
