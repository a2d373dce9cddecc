// @ts-check
import { expect, test } from 'vitest';
import { findTestLimits } from './test-limits.mjs';

test('finds what would fail on a slow machine, and nothing in what is no test', () => {
  const text = [
    'const limits = { testTimeout: 20_000 };',
    "it('trains', () => {",
    '}, 60_000);',
    "it('waits', { timeout: 5000 }, () => {",
    'await vi.waitFor(() => expect(done).toBe(true));',
    'const start = performance.now();',
    'setTimeout(() => {}, 0);',
    '  });',
  ].join('\n');
  const found = findTestLimits([
    { path: 'packages/a/src/a.test.ts', text },
    { path: 'packages/a/src/a.ts', text },
    { path: 'packages/a/vitest.browser.config.ts', text: 'testTimeout: 1,' },
  ]);
  expect(found.map((line) => line.split(' ')[0])).toEqual([
    'packages/a/src/a.test.ts:1',
    'packages/a/src/a.test.ts:3',
    'packages/a/src/a.test.ts:4',
    'packages/a/src/a.test.ts:5',
    'packages/a/src/a.test.ts:6',
    'packages/a/vitest.browser.config.ts:1',
  ]);
});
