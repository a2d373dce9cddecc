import { requireFinite } from '@synaprune/core/checks';

/**
 * A number that a step graph, which computes in float32, takes for what it is: one that is finite there, and 0 only where
 * it is 0. A bound that becomes infinite or 0 on its way passes for a number and makes weights NaN, or does nothing.
 *
 * @throws TypeError | RangeError unless it is one
 */
export function requireFloat32(caller: string, field: string, value: unknown): asserts value is number {
  requireFinite(caller, field, value);
  const held = Math.fround(value);
  if (Number.isFinite(held) && (held !== 0 || value === 0)) return;
  throw new RangeError(
    `${caller} needs ${field} to be a number that float32 holds, got ${value}, which becomes ${held} there`,
  );
}

/** @throws TypeError | RangeError unless it is a number above 0 that float32 holds */
export function requireAbove0(caller: string, field: string, value: unknown): asserts value is number {
  requireFloat32(caller, field, value);
  if (value <= 0) throw new RangeError(`${caller} needs ${field} above 0, got ${value}`);
}

/** @throws TypeError | RangeError unless it is a number of at least 0 that float32 holds */
export function requireAtLeast0(caller: string, field: string, value: unknown): asserts value is number {
  requireFloat32(caller, field, value);
  if (value < 0) throw new RangeError(`${caller} needs ${field} of at least 0, got ${value}`);
}

/** @throws TypeError | RangeError unless it is a number in [0, 1), in float32 as well */
export function requireBelow1(caller: string, field: string, value: unknown): asserts value is number {
  requireFloat32(caller, field, value);
  if (value >= 0 && Math.fround(value) < 1) return;
  const rounded = value < 1 && value >= 0 ? ', which becomes 1 in float32' : '';
  throw new RangeError(`${caller} needs ${field} in [0, 1), got ${value}${rounded}`);
}
