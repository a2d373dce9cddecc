import type { ConformanceOptions } from './cases/case.js';
import { type ConformanceCase, conformanceCases, dealCases } from './cases.js';
import { ConformanceSkip } from './skip.js';
import type { ConformanceHarness } from './stand/harness.js';

/**
 * The two functions of a test runner that the kit needs. Those of vitest, jest, mocha and node:test fit.
 *
 * @example
 * ```ts
 * import { describe, it } from 'node:test';
 * import type { TestRunner } from '@synaprune/conformance';
 *
 * const runner: TestRunner = { describe, it };
 * console.log(typeof runner.it.skip); // function
 * ```
 */
export interface TestRunner {
  /** Groups the tests that `body` registers. */
  readonly describe: (name: string, body: () => void) => unknown;
  /** Registers a test, and with `skip` one that is shown as skipped. */
  readonly it: {
    (name: string, body: () => Promise<void>, timeoutMilliseconds?: number): unknown;
    readonly skip: (name: string, body: () => Promise<void>) => unknown;
  };
}

/** What a runner hands to a running test, as far as the kit uses it. */
interface TestContext {
  readonly skip?: (reason?: string) => unknown;
}

/**
 * Registers every case as a test, under one heading a law, at once.
 *
 * A case that cannot run is registered with `it.skip`, its reason in its name. Where `createBackend` returns a
 * promise, the manifest is not known yet, and the cases that it rules out skip themselves as they run, by the
 * context of vitest, mocha or node:test. Jest has no such thing: there they fail and say so, rather than pass
 * unseen; let `createBackend` answer at once.
 *
 * @param runner `{ describe, it }` of the test runner
 * @param options `timeoutMilliseconds` for one case, half an hour unless told: it ends a case that hangs, not one that is
 *   slow, and Mocha takes it from its own settings; `mostElements`, `laws` and `part` as in {@link ConformanceOptions}
 * @throws whatever `createBackend` throws
 *
 * @example
 * ```ts
 * import { describe, it } from 'node:test';
 * import { registerConformance } from '@synaprune/conformance';
 * import { hostBackend } from '@synaprune/host';
 *
 * type HostWeight = { values: Float32Array; readonly shape: readonly number[] };
 *
 * registerConformance<HostWeight, unknown>(
 *   {
 *     name: 'host',
 *     createBackend: () => hostBackend(),
 *     createWeight: (values, shape) => ({ values: values.slice(), shape }),
 *     readWeight: (weight) => weight.values.slice(),
 *     writeWeight: (weight, values) => weight.values.set(values),
 *     disposeWeight: () => {},
 *   },
 *   { describe, it },
 *   // One file of several that share the laws, for a slow device; without this, all of them.
 *   { laws: [4, 5] },
 * );
 * ```
 */
export function registerConformance<Weight, Mask>(
  harness: ConformanceHarness<Weight, Mask>,
  { describe, it }: TestRunner,
  {
    timeoutMilliseconds = 30 * 60_000,
    ...options
  }: ConformanceOptions & { readonly timeoutMilliseconds?: number } = {},
): void {
  const cases = conformanceCases(harness, options);
  const { others } = dealCases(options);
  describe(`conformance of ${harness.name}`, () => {
    for (const law of new Set(cases.map((one) => one.law))) {
      describe(`law ${law}`, () => {
        for (const one of cases.filter((other) => other.law === law)) {
          if (one.skip === undefined) it(one.name, testOf(one), timeoutMilliseconds);
          else it.skip(`${one.name} (skipped: ${one.skip})`, async () => {});
        }
      });
    }
    const { number = 1, of = 1 } = options.part ?? {};
    if (others > 0)
      it.skip(`${others} more cases (skipped: this is part ${number} of ${of})`, async () => {});
  });
}

/** A case as a test's body. Its parameters are a rest, because mocha and jest wait for `done` otherwise. */
function testOf({ run }: ConformanceCase): () => Promise<void> {
  return async function (this: TestContext | undefined, ...context: readonly unknown[]): Promise<void> {
    try {
      await run();
    } catch (error) {
      const runner = [context[0] as TestContext | undefined, this].find(
        (one) => typeof one?.skip === 'function',
      );
      if (!(error instanceof ConformanceSkip) || runner === undefined) throw error;
      runner.skip!(error.reason);
    }
  };
}
