import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createProgress, nameOf } from './progress.js';
import { keyOf } from './store/key.js';
import { madeUpResult, madeUpSpec } from './store/testing/made-up-run.js';

let clock = 0;
beforeEach(() => {
  clock = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => clock);
});
afterEach(() => {
  vi.restoreAllMocks();
});

/** A pipe that remembers; no terminal. */
function pipe() {
  const lines: string[] = [];
  const stream = { isTTY: false, write: (text: string) => lines.push(text.trim()) };
  return { lines, stream: stream as unknown as NodeJS.WriteStream };
}

const specs = [1, 2, 3, 4].map((seed) => madeUpSpec({ seed }));
const pending = { runs: new Map(specs.map((spec) => [keyOf(spec), spec])), later: 2 };
const took = (seconds: number) => ({ ...madeUpResult(1), seconds });

it('a pipe gets a line at the start, after the first run, then one every five seconds, and one at the end', () => {
  const { lines, stream } = pipe();
  const progress = createProgress(stream, false);
  progress.expect({ ...pending, later: 0 });
  for (const [at, spec] of [
    [10_000, specs[0]!],
    [12_000, specs[1]!],
    [15_000, specs[2]!],
    [16_000, specs[3]!],
  ] as const) {
    clock = at;
    progress.done(spec, took(10));
  }
  expect(lines.map((line) => line.split(';')[0])).toEqual(['0/4 runs', '1/4 runs', '3/4 runs', '4/4 runs']);
  expect(lines[3]).not.toContain('left');
});

it('the time left counts what is not known yet, at the speed of the runs side by side', () => {
  const { lines, stream } = pipe();
  const progress = createProgress(stream, false);
  progress.expect(pending);
  // A run of 20 s after 10 s on the clock: two side by side. Three are waiting and two more will come.
  clock = 10_000;
  progress.done(specs[0]!, took(20));
  expect(lines.at(-1)).toBe(`1/6 runs; about 50 s left; ${nameOf(specs[0]!)}`);
});

it('a failure is told at once, with its reason, and counted', () => {
  const { lines, stream } = pipe();
  const progress = createProgress(stream, false);
  progress.expect({ ...pending, later: 0 });
  progress.failed(specs[0]!, 'its loss is NaN');
  expect(lines[1]).toContain(`${nameOf(specs[0]!)}: its loss is NaN`);
  expect(lines[2]).toMatch(/^1\/4 runs; 1 failed/);
});

it('nothing is said when nothing is to be said', () => {
  const { lines, stream } = pipe();
  const progress = createProgress(stream, true);
  progress.expect(pending);
  progress.failed(specs[0]!, 'no');
  progress.close();
  expect(lines).toEqual([]);
});
