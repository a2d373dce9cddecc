import { requireFinite, requireOptions } from '../checks/require.js';
import { cube } from './cube.js';
import { ease, RAMP, type Ramp } from './ramp.js';
import type { Schedule } from './schedule.js';

/** A ramp whose steepness can be chosen. */
export interface PolynomialRamp extends Ramp {
  /** Exponent, above 0. 3 unless told. */
  readonly power?: number;
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
