import { requireFinite, requireFraction, requireOptions } from '../checks/require.js';
import { type Schedule, withEnd } from '../schedule/schedule.js';
import { magnitudeScore } from '../score/scores.js';

/** How phases alternate. */
export interface Phases {
  /** Sparsity of the compressed phases, in [0, 1]. */
  readonly to: number;
  /** Where the first compressed phase begins; dense before it. */
  readonly start: number;
  /** Length of a compressed phase, above 0. */
  readonly compressed: number;
  /** Length of a dense phase, above 0. */
  readonly dense: number;
  /** Where the last compressed phase begins at the latest, and never ends. */
  readonly end: number;
}

/**
 * AC/DC: compressed and dense phases alternate. At each compressed phase the lowest of all go; at each dense phase all of
 * them come back from zero, and are trained; from `end` on it stays compressed. So masks are found anew again and again,
 * by weights that were trained together.
 *
 * Give the two to one pruner: coming back is regrowth, so not with the pattern `n:m`.
 *
 * @returns `{ schedule, regrow }`, to be spread into the options of `createPruner` and the doors of adapters
 * @throws TypeError | RangeError when a field is unknown, no number, or out of its range
 * @see Peste et al. 2021, https://arxiv.org/abs/2106.12379
 *
 * @example
 * ```ts
 * import { createPruner } from '@synaprune/core';
 * import { acdc } from '@synaprune/core/methods';
 * import { hostBackend } from '@synaprune/host';
 *
 * const kernel = Float32Array.of(1, 2, 3, 4);
 * const pruner = createPruner({
 *   backend: hostBackend(),
 *   weights: [{ name: 'kernel', weight: kernel }],
 *   ...acdc({ to: 0.5, start: 1, compressed: 2, dense: 1, end: 7 }),
 * });
 * const sparsities: number[] = [];
 * for (let epoch = 0; epoch < 9; epoch += 1) sparsities.push((await pruner.update(epoch)).sparsity);
 * console.log(sparsities.join()); // 0,0.5,0.5,0,0.5,0.5,0,0.5,0.5
 * ```
 */
export function acdc(phases: Phases): {
  readonly schedule: Schedule;
  readonly regrow: { readonly by: { readonly kind: 'magnitude' }; readonly fraction: number };
} {
  requireOptions('acdc', '', phases, ['to', 'start', 'compressed', 'dense', 'end']);
  const { to, start, compressed, dense, end } = phases;
  requireFraction('acdc', 'to', to);
  for (const [field, value] of Object.entries({ start, compressed, dense, end })) {
    requireFinite('acdc', field, value);
  }
  for (const [field, value] of Object.entries({ compressed, dense })) {
    if (value <= 0) throw new RangeError(`acdc needs ${field} above 0, got ${value}`);
  }
  if (end < start) throw new RangeError(`acdc needs end not before start, got start ${start}, end ${end}`);
  const sparsityAt = (position: number): number => {
    if (position >= end) return to;
    return position >= start && (position - start) % (compressed + dense) < compressed ? to : 0;
  };
  // Nothing is exchanged: what comes back is what a falling target no longer drops, which is all of it.
  return { schedule: withEnd(sparsityAt, { to, end }), regrow: { by: magnitudeScore(), fraction: 0 } };
}
