// @ts-check
import { availableParallelism } from 'node:os';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { root } from '../check/workspace.mjs';
import { judgeExample, openExamples } from './run.mjs';

vi.setConfig({ maxConcurrency: availableParallelism() });

const { compiled, complaints, remove } = openExamples(root);
afterAll(remove);

test('every @example holds something to run', () => {
  expect(complaints).toEqual([]);
});

describe.concurrent('the documentation prints what it says', () => {
  for (const one of compiled) {
    const { file, line, runs } = one.example;
    test(`${file}:${line}${runs ? '' : ' (types only)'}`, async ({ expect: expectIn }) => {
      expectIn(await judgeExample(one)).toEqual([]);
    });
  }
});
