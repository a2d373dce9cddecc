// @ts-check
import { availableParallelism } from 'node:os';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { root } from '../check/workspace.mjs';
import { judgeExample, openExamples, runTogether } from './run.mjs';

vi.setConfig({ maxConcurrency: availableParallelism() });

const { compiled, complaints, remove } = openExamples(root);
afterAll(remove);

test('every @example holds something to run', () => {
  expect(complaints).toEqual([]);
});

describe.concurrent('the documentation prints what it says', () => {
  /** @type {Promise<ReadonlySet<unknown>> | undefined} */
  let running;
  for (const one of compiled) {
    const { file, line, runs } = one.example;
    test(`${file}:${line}${runs ? '' : ' (types only)'}`, async ({ expect: expectIn }) => {
      // All that can, by the first that asks: a pattern for names may have left out those that are long.
      running ??= runTogether(compiled);
      expectIn(await judgeExample(one, { hasRun: (await running).has(one) })).toEqual([]);
    });
  }
});
