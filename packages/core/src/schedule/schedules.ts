import { requireFinite, requireFraction, requireOptions } from '../checks/require.js';
import { cube } from './cube.js';

/**
 * How much to prune at a position: a pure function from what the caller counts (steps, epochs, fractions of
 * one) to a sparsity, the fraction of zeros among all prunable elements, in [0, 1]. Any closure will do.
 *
 * Schedules that end say so, so that a report can tell when the end was not reached: the ramps and `oneShot` carry
 * `end` and `to`, `constantSparsity` carries `to` alone, which holds everywhere. A closure may be given both.
 *
 * @example
 * ```ts
 * import type { Schedule } from '@synaprune/core';
 *
 * const everyTenth: Schedule = (step) => Math.min(0.9, Math.floor(step / 10) * 0.1);
 * console.log(everyTenth(25)); // 0.2
 * ```
 */
export interface Schedule {
  (position: number): number;
  /** Position from which on the sparsity is {@link Schedule.to}. */
  readonly end?: number;
  /** Sparsity at `end` and ever after. */
  readonly to?: number;
}

/** The ends of a ramp. Both sparsities lie in [0, 1] and `from` is at most `to`; `start` lies before `end`. */
export interface Ramp {
  /** Sparsity at `start`. */
  readonly from: number;
  /** Sparsity at `end` and ever after. */
  readonly to: number;
  /** First position that prunes; before it the sparsity is 0. */
  readonly start: number;
  /** Position at which `to` is reached. The ramp's own horizon, whatever the length of the run. */
  readonly end: number;
}

/** A ramp whose steepness can be chosen. */
export interface PolynomialRamp extends Ramp {
  /** Exponent, above 0. 3 unless told. */
  readonly power?: number;
}

/**
 * The schedule of Vos et al. 2025, slow first and fast last:
 * `from + (to − from)·p³` with `p = (position − start) / (end − start)`.
 *
 * 0 before `start`, where it jumps to `from`; `to` from `end` on. The paper counts epochs from 1, its program
 * from 0: the position is whatever the caller counts.
 *
 * @throws TypeError when a field is no number
 * @throws RangeError when a sparsity lies outside [0, 1], `from` exceeds `to`, or `end` is not after `start`
 * @see https://arxiv.org/abs/2508.09330
 *
 * @example
 * ```ts
 * import { synapticRamp } from '@synaprune/core';
 *
 * const schedule = synapticRamp({ from: 0.3, to: 0.7, start: 2, end: 20 });
 * console.log(schedule(1), schedule(2), schedule(11), schedule(20)); // 0 0.3 0.35 0.7
 * ```
 */
export function synapticRamp(ramp: Ramp): Schedule {
  return ease('synapticRamp', ramp, cube);
}

/**
 * The schedule of Zhu & Gupta 2017, fast first and slow last:
 * `to + (from − to)·(1 − p)^power` with `p = (position − start) / (end − start)`.
 *
 * 0 before `start`; `to` from `end` on.
 *
 * @throws TypeError when a field is no number
 * @throws RangeError when a sparsity lies outside [0, 1], `from` exceeds `to`, `end` is not after `start`, or
 *   `power` is not above 0
 * @see https://arxiv.org/abs/1710.01878
 *
 * @example
 * ```ts
 * import { polynomialDecay } from '@synaprune/core';
 *
 * const schedule = polynomialDecay({ from: 0, to: 0.8, start: 0, end: 100 });
 * console.log(schedule(50).toFixed(3)); // 0.700
 * ```
 */
export function polynomialDecay(options: PolynomialRamp): Schedule {
  requireOptions('polynomialDecay', '', options, [...RAMP, 'power']);
  const { power = 3, ...ramp } = options;
  requireFinite('polynomialDecay', 'power', power);
  if (power <= 0) throw new RangeError(`polynomialDecay needs power above 0, got ${power}`);
  // The usual power has the same bits in every engine; others have the last bit of the engine's own `**`.
  const raise = power === 3 ? cube : (p: number) => p ** power;
  return ease('polynomialDecay', ramp, (p) => 1 - raise(1 - p));
}

/**
 * A straight line: `from + (to − from)·p` with `p = (position − start) / (end − start)`. 0 before `start`,
 * `to` from `end` on.
 *
 * @throws TypeError | RangeError as {@link synapticRamp}
 *
 * @example
 * ```ts
 * import { linearRamp } from '@synaprune/core';
 *
 * console.log(linearRamp({ from: 0, to: 0.5, start: 0, end: 10 })(5)); // 0.25
 * ```
 */
export function linearRamp(ramp: Ramp): Schedule {
  return ease('linearRamp', ramp, (p) => p);
}

/**
 * Half a cosine, slow at both ends: `from + (to − from)·(1 − cos πp) / 2` with
 * `p = (position − start) / (end − start)`. 0 before `start`, `to` from `end` on.
 *
 * @throws TypeError | RangeError as {@link synapticRamp}
 *
 * @example
 * ```ts
 * import { cosineRamp } from '@synaprune/core';
 *
 * console.log(cosineRamp({ from: 0, to: 0.5, start: 0, end: 10 })(5).toFixed(3)); // 0.250
 * ```
 */
export function cosineRamp(ramp: Ramp): Schedule {
  return ease('cosineRamp', ramp, (p) => (1 - Math.cos(Math.PI * p)) / 2);
}

/**
 * The same sparsity at every position.
 *
 * @throws TypeError when `sparsity` is no number
 * @throws RangeError when `sparsity` lies outside [0, 1]
 *
 * @example
 * ```ts
 * import { constantSparsity } from '@synaprune/core';
 *
 * console.log(constantSparsity(0.5)(123)); // 0.5
 * ```
 */
export function constantSparsity(sparsity: number): Schedule {
  requireFraction('constantSparsity', 'sparsity', sparsity);
  return withEnd(() => sparsity, { to: sparsity });
}

/**
 * Everything at once: 0 before `at`, `to` from `at` on.
 *
 * @throws TypeError when a field is no number
 * @throws RangeError when `to` lies outside [0, 1] or `at` is not finite
 *
 * @example
 * ```ts
 * import { oneShot } from '@synaprune/core';
 *
 * const schedule = oneShot({ to: 0.7, at: 10 });
 * console.log(schedule(9), schedule(10)); // 0 0.7
 * ```
 */
export function oneShot(options: { readonly to: number; readonly at: number }): Schedule {
  requireOptions('oneShot', '', options, ['to', 'at']);
  const { to, at } = options;
  requireFraction('oneShot', 'to', to);
  requireFinite('oneShot', 'at', at);
  return withEnd((position) => (position < at ? 0 : to), { end: at, to });
}

/** A checked ramp that follows `curve`, a function from [0, 1] onto [0, 1]. */
function ease(name: string, ramp: Ramp, curve: (p: number) => number): Schedule {
  requireOptions(name, '', ramp, RAMP);
  const { from, to, start, end } = ramp;
  requireFraction(name, 'from', from);
  requireFraction(name, 'to', to);
  requireFinite(name, 'start', start);
  requireFinite(name, 'end', end);
  if (from > to) {
    throw new RangeError(
      `${name} needs from ≤ to, because masks only grow sparser; got from ${from}, to ${to}`,
    );
  }
  if (!Number.isFinite(end - start))
    throw new RangeError(`${name} needs a finite ramp, got ${start} to ${end}`);
  if (end <= start) throw new RangeError(`${name} needs end after start, got start ${start}, end ${end}`);
  const sparsityAt = (position: number): number => {
    if (position < start) return 0;
    // Returned, not computed, so that it is reached exactly.
    if (position >= end) return to;
    return Math.min(to, from + (to - from) * curve((position - start) / (end - start)));
  };
  return withEnd(sparsityAt, { end, to });
}

const RAMP = ['from', 'to', 'start', 'end'];

/** A schedule that says where it ends; frozen, because whoever holds it may read it. */
function withEnd(
  sparsityAt: (position: number) => number,
  ending: { readonly end?: number; readonly to: number },
): Schedule {
  return Object.freeze(Object.assign(sparsityAt, ending));
}
