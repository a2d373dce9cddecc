import { type Element, roundTo } from '../elements/element.js';
import { type ElementType, isFloat } from '../elements/element-type.js';

/** Start, limit and step of a range. */
export type Bounds = readonly [start: Element, limit: Element, step: Element];

/**
 * How many elements a range has, exactly: 64-bit integers may be far apart.
 *
 * @throws RangeError where there is no step, or the count of floats depends on how they are rounded
 */
export function rangeCount(type: ElementType, [start, limit, step]: Bounds): number {
  if (Number(step) === 0) throw new RangeError('its step is 0');
  if (!isFloat(type)) {
    const [way, by] = [BigInt(limit) - BigInt(start), BigInt(step)];
    const whole = way / by;
    return Math.max(0, Number(whole * by === way || way < 0n !== by < 0n ? whole : whole + 1n));
  }
  const way = Number(limit) - Number(start);
  const rounded = roundTo(type, way);
  const counts = [way / Number(step), rounded / Number(step), roundTo(type, rounded / Number(step))];
  const [count, ...others] = counts.map((quotient) => Math.max(0, Math.ceil(quotient)));
  if (others.some((other) => other !== count)) {
    throw new RangeError(
      `how many elements lie from ${start} to ${limit} by ${step} depends on rounding; count in int64 and multiply`,
    );
  }
  return count!;
}
