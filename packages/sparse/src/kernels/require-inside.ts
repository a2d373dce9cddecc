import { describe, requireWhole } from '@synaprune/core/checks';

/** @throws TypeError | RangeError where so many float32 at an offset in bytes are not inside a memory */
export function requireInside(
  caller: string,
  field: string,
  at: unknown,
  length: number,
  sizeBytes: number,
  least = 0,
): void {
  requireWhole(caller, field, at, least);
  if (at % 4 === 0 && at + 4 * length <= sizeBytes) return;
  throw new RangeError(
    `${caller} needs ${field} to be an offset in bytes, a multiple of 4, of ${length} float32 inside ` +
      `${sizeBytes} bytes, got ${describe(at)}`,
  );
}
