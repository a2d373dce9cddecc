import type { PruneErrorCode } from '@synaprune/core';

/**
 * The codes of `PruneError` that this package throws, beside those of core.
 *
 * | code | what happened |
 * |---|---|
 * | `not-finite` | inputs or weights hold NaN or Infinity; the message says where the first is |
 * | `no-samples` | moments that no sample went into were asked for what the inputs say |
 * | `not-solvable` | without damping, the inputs do not determine the weights |
 * | `answer-mismatch` | two models or answers that were to be compared have other inputs, outputs, types or shapes than each other |
 * | `missing-curve` | a distribution was asked for a weight whose sensitivity is not known |
 */
export type RefitErrorCode =
  | PruneErrorCode
  | 'not-finite'
  | 'no-samples'
  | 'not-solvable'
  | 'answer-mismatch'
  | 'missing-curve';
