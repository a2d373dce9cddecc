import type { ConformanceOptions, Law } from './cases/case.js';
import { type ConformanceCase, conformanceCases } from './cases.js';
import { ConformanceSkip } from './skip.js';
import type { ConformanceHarness } from './stand/harness.js';

/**
 * What one case came to.
 *
 * @example
 * ```ts
 * import type { ConformanceResult } from '@synaprune/conformance';
 *
 * const result: ConformanceResult = { law: 7, name: 'gives back a mask', status: 'skipped', reason: 'no countLive' };
 * console.log(result.status); // skipped
 * ```
 */
export interface ConformanceResult {
  readonly law: Law;
  readonly name: string;
  readonly status: 'passed' | 'failed' | 'skipped';
  /** Why it was skipped. */
  readonly reason?: string;
  /** What it failed with: an `Error`, or whatever the backend threw. */
  readonly error?: unknown;
}

/**
 * What {@link runConformance} found. `passed + failed + skipped` is the number of results.
 *
 * @example
 * ```ts
 * import type { ConformanceReport } from '@synaprune/conformance';
 *
 * const conforms = ({ failed }: ConformanceReport) => failed === 0;
 * console.log(conforms({ passed: 0, failed: 1, skipped: 0, results: [] })); // false
 * ```
 */
export interface ConformanceReport {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** One a case, in the order they ran. */
  readonly results: readonly ConformanceResult[];
}

/**
 * Runs all cases one after another, with no test runner: in a browser's page, in a worker, in a script. Never
 * rejects because of a case.
 *
 * @throws whatever `createBackend` throws
 *
 * @example
 * ```ts
 * import { runConformance } from '@synaprune/conformance';
 * import { hostBackend } from '@synaprune/host';
 *
 * type HostWeight = { values: Float32Array; readonly shape: readonly number[] };
 *
 * const { failed, results } = await runConformance<HostWeight, unknown>(
 *   {
 *     name: 'host',
 *     createBackend: () => hostBackend(),
 *     createWeight: (values, shape) => ({ values: values.slice(), shape }),
 *     readWeight: (weight) => weight.values.slice(),
 *     writeWeight: (weight, values) => weight.values.set(values),
 *     disposeWeight: () => {},
 *   },
 *   // What is being worked on; without this, all laws.
 *   { laws: [4, 5] },
 * );
 * for (const { status, law, name, error } of results) {
 *   if (status === 'failed') console.log(`law ${law}: ${name}`, error);
 * }
 * console.log(failed); // 0
 * ```
 */
export async function runConformance<Weight, Mask>(
  harness: ConformanceHarness<Weight, Mask>,
  options: ConformanceOptions = {},
): Promise<ConformanceReport> {
  // A device that cannot be had is no finding about the backend; it rejects here, once.
  await harness.createBackend();
  return runCases(conformanceCases(harness, options));
}

/** Runs some cases one after another. */
export async function runCases(cases: readonly ConformanceCase[]): Promise<ConformanceReport> {
  const results: ConformanceResult[] = [];
  for (const one of cases) results.push(await resultOf(one));
  const count = (status: ConformanceResult['status']) =>
    results.filter((result) => result.status === status).length;
  return { passed: count('passed'), failed: count('failed'), skipped: count('skipped'), results };
}

async function resultOf({ law, name, skip, run }: ConformanceCase): Promise<ConformanceResult> {
  if (skip !== undefined) return { law, name, status: 'skipped', reason: skip };
  try {
    await run();
    return { law, name, status: 'passed' };
  } catch (error) {
    if (error instanceof ConformanceSkip) return { law, name, status: 'skipped', reason: error.reason };
    return { law, name, status: 'failed', error };
  }
}
