import type { PruneErrorCode } from '@synaprune/core';

/**
 * The codes of `PruneError` that this package throws, beside those of the packages it stands on.
 *
 * | code | what happened |
 * |---|---|
 * | `held-channels` | a group or tensor that was named cannot lose channels; the message says what holds them |
 * | `unreachable-target` | no cut makes the model as small as the target; the message says how small it can be |
 */
export type AxesErrorCode = PruneErrorCode | 'held-channels' | 'unreachable-target';
