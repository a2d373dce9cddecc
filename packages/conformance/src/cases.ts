import { type Awaitable, guardBackend, type TensorBackend } from '@synaprune/core';
import { requireOptions } from '@synaprune/core/checks';
import { type CaseDefinition, type ConformanceOptions, LAWS, type Law, skipReason } from './cases/case.js';
import { exactBudgetCases } from './cases/pruner/exact-budget.js';
import { groupedRunCases } from './cases/pruner/grouped-runs.js';
import { handedMaskCases } from './cases/pruner/handed-masks.js';
import { honestReportCases } from './cases/pruner/honest-reports.js';
import { monotoneCases } from './cases/pruner/monotone.js';
import { noLeakCases } from './cases/pruner/no-leaks.js';
import { onlyLookedAtCases } from './cases/pruner/only-looked-at.js';
import { patternedRunCases } from './cases/pruner/patterned-runs.js';
import { regrownRunCases } from './cases/pruner/regrown-runs.js';
import { resumableCases } from './cases/pruner/resumable.js';
import { sameMaskCases } from './cases/pruner/same-masks.js';
import { smallReadCases } from './cases/pruner/small-reads.js';
import { startingPointCases } from './cases/pruner/starting-points.js';
import { allOrNothingCases } from './cases/verbs/all-or-nothing.js';
import { badArgumentCases } from './cases/verbs/bad-arguments.js';
import { cleanZeroCases } from './cases/verbs/clean-zeros.js';
import { combinedMaskCases } from './cases/verbs/combined-masks.js';
import { countBelowCases } from './cases/verbs/count-below.js';
import { exactCountCases } from './cases/verbs/exact-count.js';
import { exactSumCases } from './cases/verbs/exact-sums.js';
import { largeCountCases } from './cases/verbs/large-counts.js';
import { packedMaskCases } from './cases/verbs/packed-masks.js';
import { pooledBlockCases } from './cases/verbs/pooled-blocks.js';
import { rankedGroupCases } from './cases/verbs/ranked-groups.js';
import { totalOrderCases } from './cases/verbs/total-order.js';
import { ConformanceSkip } from './skip.js';
import type { ConformanceHarness } from './stand/harness.js';
import { type Handle, withStand } from './stand/stand.js';
import { stripBackend } from './stand/strip-backend.js';

/**
 * One claim about a backend, and the means to check it.
 *
 * @example
 * ```ts
 * import type { ConformanceCase } from '@synaprune/conformance';
 *
 * const label = ({ law, name }: ConformanceCase) => `law ${law}: ${name}`;
 * console.log(label({ law: 5, name: 'keeps NaN', run: async () => {} })); // law 5: keeps NaN
 * ```
 */
export interface ConformanceCase {
  /** Number of the law that the case belongs to. */
  readonly law: Law;
  /** The claim. Unique within the kit. */
  readonly name: string;
  /** Why the case cannot run, where that is known already. */
  readonly skip?: string;
  /**
   * Checks the claim on weights and masks of its own, and disposes of them.
   *
   * @throws Error when the claim does not hold; the message says what was needed and what was got
   * @throws ConformanceSkip when it turns out only now that the case cannot run
   */
  run(): Promise<void>;
}

const DEFINITIONS: readonly CaseDefinition[] = [
  ...exactCountCases,
  ...countBelowCases,
  ...exactBudgetCases,
  ...startingPointCases,
  ...largeCountCases,
  ...totalOrderCases,
  ...rankedGroupCases,
  ...packedMaskCases,
  ...combinedMaskCases,
  ...pooledBlockCases,
  ...exactSumCases,
  ...sameMaskCases,
  ...patternedRunCases,
  ...groupedRunCases,
  ...monotoneCases,
  ...regrownRunCases,
  ...cleanZeroCases,
  ...onlyLookedAtCases,
  ...smallReadCases,
  ...noLeakCases,
  ...resumableCases,
  ...handedMaskCases,
  ...allOrNothingCases,
  ...badArgumentCases,
  ...honestReportCases,
].sort((a, b) => a.law - b.law);

/**
 * All cases for a backend, in the order of the laws, at once: test runners want their tests registered before
 * anything is awaited.
 *
 * Cases that need what the harness or the manifest lacks carry the reason in `skip`. The manifest is known
 * here only where `createBackend` answers at once; where it returns a promise, cases that the manifest rules
 * out are in the list without `skip`, and reject with a {@link ConformanceSkip} when they are run.
 *
 * @throws TypeError | RangeError when an option is unknown or wrong
 * @throws whatever `createBackend` throws
 *
 * @example
 * ```ts
 * import { conformanceCases } from '@synaprune/conformance';
 * import { hostBackend } from '@synaprune/host';
 *
 * type HostWeight = { values: Float32Array; readonly shape: readonly number[] };
 *
 * const cases = conformanceCases<HostWeight, unknown>({
 *   name: 'host',
 *   createBackend: () => hostBackend(),
 *   createWeight: (values, shape) => ({ values: values.slice(), shape }),
 *   readWeight: (weight) => weight.values.slice(),
 *   writeWeight: (weight, values) => weight.values.set(values),
 *   disposeWeight: () => {},
 * });
 * for (const { law, skip, run } of cases) {
 *   if (law === 5 && skip === undefined) await run();
 * }
 * ```
 */
export function conformanceCases<Weight, Mask>(
  harness: ConformanceHarness<Weight, Mask>,
  options: ConformanceOptions = {},
): readonly ConformanceCase[] {
  const { mine } = dealCases(options);
  // The kit never looks inside a handle, so it need not know their types.
  const opaque = harness as unknown as ConformanceHarness<Handle, Handle>;
  const first = opaque.createBackend();
  // A failure belongs to the cases, all of which await it; nobody else does.
  if (first instanceof Promise) first.catch(() => {});
  return mine.map((definition) => bind(definition, opaque, options, first));
}

/**
 * The cases that options ask for, and how many of their laws are in other parts.
 *
 * @throws TypeError | RangeError when an option is unknown or wrong
 */
export function dealCases(options: ConformanceOptions): {
  readonly mine: readonly CaseDefinition[];
  readonly others: number;
} {
  requireOptions('conformanceCases', '', options as unknown, ['mostElements', 'laws', 'part']);
  const { laws = LAWS, part = { number: 1, of: 1 } } = options;
  requireLaws(laws);
  requirePart(part);
  const all = DEFINITIONS.filter(({ law }) => laws.includes(law));
  const dealt = all.filter((_, index) => index % part.of === part.number - 1);
  const mine = laws.flatMap((law) => {
    const own = dealt.filter((one) => one.law === law);
    return own.length > 0 ? own : oneOf(law, part.number);
  });
  const listed = all.filter((one) => mine.includes(one));
  return { mine: listed, others: all.length - listed.length };
}

/** A case of a law of which a part was dealt none, in turn. */
function oneOf(law: Law, number: number): CaseDefinition[] {
  const cases = DEFINITIONS.filter((one) => one.law === law);
  return [cases[(number - 1) % cases.length]!];
}

function requirePart(part: unknown): void {
  const { number, of } = (part ?? {}) as Partial<Record<'number' | 'of', unknown>>;
  if (
    Number.isInteger(of) &&
    Number.isInteger(number) &&
    Number(number) >= 1 &&
    Number(number) <= Number(of)
  ) {
    return;
  }
  throw new RangeError(
    `part needs { number, of }, integers with 1 ≤ number ≤ of, got ${JSON.stringify(part)}`,
  );
}

function requireLaws(laws: unknown): void {
  if (!Array.isArray(laws)) throw new TypeError(`laws needs a list of numbers of laws, got ${typeof laws}`);
  const unknown = laws.filter((law) => !LAWS.includes(law));
  if (laws.length > 0 && unknown.length === 0) return;
  const got = laws.length === 0 ? 'none' : unknown.map(String).join(', ');
  throw new RangeError(`laws needs numbers from 1 to ${LAWS.length}, at least one, got ${got}`);
}

function bind(
  { law, name, needs = {}, stripped = false, check }: CaseDefinition,
  harness: ConformanceHarness<Handle, Handle>,
  options: ConformanceOptions,
  first: Awaitable<TensorBackend<Handle, Handle>>,
): ConformanceCase {
  const skip = skipReason(needs, harness, first instanceof Promise ? undefined : first, options);
  const createBackend = async (): Promise<TensorBackend<Handle, Handle>> => {
    const backend = await harness.createBackend();
    // Arguments are core's to check; behind the guard a backend needs no check of its own.
    return guardBackend(stripped ? stripBackend(backend) : backend);
  };
  return {
    law,
    name,
    ...(skip === undefined ? {} : { skip }),
    run: async () => {
      const reason = skipReason(needs, harness, await first, options);
      if (reason !== undefined) throw new ConformanceSkip(reason);
      await withStand({ harness, backend: await createBackend(), createBackend }, check);
    },
  };
}
