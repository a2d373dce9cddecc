import * as nodeTest from 'node:test';
import { describe, expect, it } from 'vitest';
import { type ConformanceOptions, conformanceCases, registerConformance, type TestRunner } from './index.js';
import { createReferenceHarness, type ReferenceHarness } from './testing/reference-harness.js';

interface Registered {
  readonly path: string;
  readonly body: () => Promise<void>;
  readonly skipped: boolean;
  readonly timeout: number | undefined;
}

/** A runner that writes down what it is told. */
function fakeRunner(): { readonly runner: TestRunner; readonly tests: Registered[] } {
  const tests: Registered[] = [];
  const path: string[] = [];
  const add = (name: string, body: () => Promise<void>, skipped: boolean, timeout?: number) =>
    tests.push({ path: [...path, name].join(' > '), body, skipped, timeout });
  const runner: TestRunner = {
    describe: (name, body) => {
      path.push(name);
      body();
      path.pop();
    },
    it: Object.assign(
      (name: string, body: () => Promise<void>, timeout?: number) => add(name, body, false, timeout),
      { skip: (name: string, body: () => Promise<void>) => add(name, body, true) },
    ),
  };
  return { runner, tests };
}

/** The reference, its manifest known only when it is awaited, and without random scores. */
const late: ReferenceHarness = {
  ...createReferenceHarness(({ manifest }) => ({
    manifest: { ...manifest, scores: ['magnitude', 'tensor'] },
  })),
  createBackend: async () =>
    createReferenceHarness(({ manifest }) => ({
      manifest: { ...manifest, scores: ['magnitude', 'tensor'] },
    })).createBackend(),
};

const NEEDS_RANDOM = 'conformance of reference > law 2 > drops the lowest by the score random';

describe('registerConformance', () => {
  it('registers every case at once, under its law, with time enough', () => {
    const { runner, tests } = fakeRunner();
    registerConformance(createReferenceHarness(), runner);
    expect(tests.length).toBeGreaterThan(400);
    expect(tests.every(({ path }) => /^conformance of reference > law [1-9] > /.test(path))).toBe(true);
    const limits = tests.filter(({ skipped }) => !skipped).map(({ timeout }) => timeout);
    expect(new Set(limits)).toEqual(new Set([1_800_000]));
  });

  it('passes a time limit on', () => {
    const { runner, tests } = fakeRunner();
    registerConformance(createReferenceHarness(), runner, { timeoutMilliseconds: 5 });
    expect(tests[0]!.timeout).toBe(5);
  });

  it('registers a case that lacks a hook as skipped, with the reason in its name', () => {
    const { countLive: _, ...blind } = createReferenceHarness();
    const { runner, tests } = fakeRunner();
    registerConformance(blind, runner);
    const skipped = tests.filter((test) => test.skipped && !test.path.includes('readOnly'));
    expect(skipped.length).toBeGreaterThan(4);
    expect(skipped.every(({ path }) => path.includes('law 7'))).toBe(true);
    expect(skipped.every(({ path }) => path.endsWith('(skipped: the harness has no countLive)'))).toBe(true);
  });

  it('registers a case that the manifest rules out as skipped, where the backend is there at once', () => {
    const harness = createReferenceHarness(({ manifest }) => ({
      manifest: { ...manifest, scores: ['magnitude', 'tensor'] },
    }));
    const { runner, tests } = fakeRunner();
    registerConformance(harness, runner);
    const test = tests.find(({ path }) => path.startsWith(NEEDS_RANDOM))!;
    expect(test.skipped).toBe(true);
    expect(test.path).toContain('the manifest lists the scores magnitude, tensor, not random');
  });

  it('skips by the context of the test where the backend has to be awaited', async () => {
    const { runner, tests } = fakeRunner();
    registerConformance(late, runner);
    const { body, skipped } = tests.find(({ path }) => path.startsWith(NEEDS_RANDOM))!;
    expect(skipped).toBe(false);
    const reasons: unknown[] = [];
    const context = { skip: (reason: unknown) => reasons.push(reason) };
    // The first argument of vitest and node:test, and `this` of mocha.
    await (body as (context: unknown) => Promise<void>)(context);
    await body.call(context);
    const reason = 'the manifest lists the scores magnitude, tensor, not random';
    expect(reasons).toEqual([reason, reason]);
  });

  it('fails rather than pass unseen where a test cannot skip itself', async () => {
    const { runner, tests } = fakeRunner();
    registerConformance(late, runner);
    const { body } = tests.find(({ path }) => path.startsWith(NEEDS_RANDOM))!;
    await expect(body()).rejects.toThrow(
      'skipped: the manifest lists the scores magnitude, tensor, not random',
    );
  });

  it('registers bodies without parameters, which no runner takes for callbacks', () => {
    const { runner, tests } = fakeRunner();
    registerConformance(createReferenceHarness(), runner);
    expect(new Set(tests.map(({ body }) => body.length))).toEqual(new Set([0]));
  });

  it('takes the functions of vitest and node:test by type', () => {
    const runners: readonly TestRunner[] = [{ describe, it }, nodeTest];
    expect(runners.every((runner) => typeof runner.it.skip === 'function')).toBe(true);
  });

  it('throws what createBackend throws', () => {
    const harness: ReferenceHarness = {
      ...createReferenceHarness(),
      createBackend: () => {
        throw new Error('no device');
      },
    };
    expect(() => registerConformance(harness, fakeRunner().runner)).toThrow('no device');
  });
});

describe('laws', () => {
  it('are those asked for, and the rest is left out', () => {
    const { runner, tests } = fakeRunner();
    registerConformance(createReferenceHarness(), runner, { laws: [7, 5] });
    const found = tests.map(({ path }) => /law (\d)/.exec(path)![1]);
    expect([...new Set(found)]).toEqual(['5', '7']);
    const all = conformanceCases(createReferenceHarness()).filter(({ law }) => law === 5 || law === 7);
    expect(tests).toHaveLength(all.length);
  });

  it('are numbers from 1 to 9, at least one', () => {
    const cases = (laws: unknown) => () => conformanceCases(createReferenceHarness(), { laws } as never);
    expect(cases([])).toThrow('laws needs numbers from 1 to 9, at least one, got none');
    expect(cases([1, 10])).toThrow('laws needs numbers from 1 to 9, at least one, got 10');
    expect(cases(3)).toThrow('laws needs a list of numbers of laws, got number');
  });
});

describe('parts', () => {
  const namesOf = (options: ConformanceOptions) =>
    conformanceCases(createReferenceHarness(), options).map(({ law, name }) => `${law} ${name}`);

  it('are all of the cases together, none twice, and every law is in each', () => {
    const parts = [1, 2, 3, 4].map((number) => namesOf({ part: { number, of: 4 } }));
    expect(parts.flat().sort()).toEqual(namesOf({}).sort());
    for (const part of parts) {
      expect(new Set(part.map((name) => name[0]))).toEqual(
        new Set(['1', '2', '3', '4', '5', '6', '7', '8', '9']),
      );
    }
  });

  it('have every law each, and are all of the cases together, where they are more than a law has cases', () => {
    const of = 64;
    const parts = Array.from({ length: of }, (_, i) => namesOf({ part: { number: i + 1, of } }));
    expect(new Set(parts.flat())).toEqual(new Set(namesOf({})));
    for (const part of parts) {
      expect(new Set(part.map((name) => name[0])).size).toBe(9);
      expect(new Set(part).size).toBe(part.length);
    }
    expect(namesOf({ laws: [6], part: { number: of, of } })).toHaveLength(1);
  });

  it('count the cases of the others as one skip, which says how many', () => {
    const { runner, tests } = fakeRunner();
    const options = { laws: [5], part: { number: 2, of: 3 } } as const;
    registerConformance(createReferenceHarness(), runner, options);
    const all = namesOf({ laws: [5] }).length;
    const mine = namesOf(options).length;
    expect(mine).toBeLessThan(all);
    expect(tests.at(-1)!.path).toContain(`${all - mine} more cases (skipped: this is part 2 of 3)`);
  });

  it('have a number up to how many there are', () => {
    const cases = (part: unknown) => () => conformanceCases(createReferenceHarness(), { part } as never);
    expect(cases({ number: 3, of: 2 })).toThrow(
      'part needs { number, of }, integers with 1 ≤ number ≤ of, got {"number":3,"of":2}',
    );
    expect(cases({ number: 0, of: 2 })).toThrow('part needs { number, of }');
    expect(cases(2)).toThrow('part needs { number, of }, integers with 1 ≤ number ≤ of, got 2');
  });
});

describe('an option that the kit does not know', () => {
  it('is refused by name', () => {
    expect(() => conformanceCases(createReferenceHarness(), { mostElement: 9 } as never)).toThrow(
      'conformanceCases has no option "mostElement"; did you mean "mostElements"? It takes mostElements, laws, part',
    );
  });
});
