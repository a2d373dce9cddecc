import type { BackendManifest, OptionalVerb, Score, TensorBackend } from '@synaprune/core';
import type { ConformanceHarness } from '../stand/harness.js';
import type { Stand } from '../stand/stand.js';

/**
 * Number of a law of the contract.
 *
 * @example
 * ```ts
 * import type { Law } from '@synaprune/conformance';
 *
 * const cleanZeros: Law = 5;
 * console.log(cleanZeros); // 5
 * ```
 */
export type Law = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9;

/**
 * Settings of the whole kit.
 *
 * @example
 * ```ts
 * import type { ConformanceOptions } from '@synaprune/conformance';
 *
 * const small: ConformanceOptions = { mostElements: 1_000_000 };
 * console.log(small.mostElements); // 1000000
 * ```
 */
export interface ConformanceOptions {
  /**
   * Most elements that one case may put into a weight. Cases that need more are skipped, visibly. Unless told,
   * there is no limit; the largest case takes 2²⁴ + 3 elements, 64 MiB, to tell integers from float counts.
   */
  readonly mostElements?: number;
  /**
   * The laws to check; all of them unless told. On a slow device the kit can be spread over files by them, and where a
   * backend hands its memory to another one that is checked as a whole, those about choosing (1 to 4) are checked there.
   */
  readonly laws?: readonly Law[];
  /**
   * One part of the cases, for a slow device: they are dealt in turn, so that every kind of case is in each of a few parts,
   * and the parts `1` to `of` together are all of them. Of many, a part that is dealt no case of a law has one in common
   * with others, so that every law is in each. Under a test runner the others count as one skip, which says how many.
   */
  readonly part?: { readonly number: number; readonly of: number };
}

/** The numbers of the laws. */
export const LAWS: readonly Law[] = [1, 2, 3, 4, 5, 6, 7, 8, 9];

/** What a case cannot do without. */
export interface CaseNeeds {
  readonly hooks?: readonly ('countLive' | 'bytesRead' | 'spoilWeight')[];
  readonly score?: Score<unknown>['kind'];
  readonly nanPayloads?: BackendManifest['nanPayloads'];
  readonly elements?: number;
  /** Optional verbs, all of them. */
  readonly verbs?: readonly OptionalVerb[];
  /** Optional verbs, at least one of them. */
  readonly either?: readonly OptionalVerb[];
  /** Whether the backend zeroes weights (`true`) or only looks at them (`false`). Either will do unless told. */
  readonly zeroing?: boolean;
}

/** A case as its file writes it, before it meets a harness. */
export interface CaseDefinition {
  readonly law: Law;
  /** A claim about a backend that keeps the law. */
  readonly name: string;
  readonly needs?: CaseNeeds;
  /** Whether it runs on the backend stripped of every optional verb but `read`, so that core makes up for them. */
  readonly stripped?: boolean;
  /** Throws when the claim does not hold. */
  readonly check: (stand: Stand) => Promise<void>;
}

/** A case that cannot run, with the reason, or `undefined` for one that can as far as is known. */
export function skipReason(
  { hooks = [], score, nanPayloads, elements = 0, verbs = [], either = [], zeroing }: CaseNeeds,
  harness: ConformanceHarness<unknown, unknown>,
  backend: TensorBackend<unknown, unknown> | undefined,
  { mostElements = Number.POSITIVE_INFINITY }: ConformanceOptions,
): string | undefined {
  const missing = hooks.filter((hook) => harness[hook] === undefined);
  if (missing.length > 0) return `the harness has no ${missing.join(' and no ')}`;
  if (elements > mostElements) return `it needs ${elements} elements, and mostElements is ${mostElements}`;
  if (backend === undefined) return undefined;
  const { manifest } = backend;
  if (score !== undefined && !manifest.scores.includes(score)) {
    return `the manifest lists the scores ${manifest.scores.join(', ')}, not ${score}`;
  }
  if (nanPayloads !== undefined && manifest.nanPayloads !== nanPayloads) {
    return `the manifest says that NaN payloads are ${manifest.nanPayloads}; it needs ${nanPayloads}`;
  }
  const { readOnly = false } = manifest;
  if (zeroing === true && readOnly) return 'the backend only looks at weights: its manifest is readOnly';
  if (zeroing === false && !readOnly) return 'the backend zeroes weights: its manifest is not readOnly';
  const lacking = verbs.filter((verb) => backend[verb] === undefined);
  if (lacking.length > 0) return `the backend has no ${lacking.join(' and no ')}`;
  if (either.length > 0 && either.every((verb) => backend[verb] === undefined)) {
    return `the backend has no ${either.join(' and no ')}`;
  }
  return undefined;
}

/** Scores that a case is repeated for, with what each needs. */
export const SCORES: readonly Score<unknown>['kind'][] = ['magnitude', 'random', 'tensor'];
