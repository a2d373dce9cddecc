/** Checks of arguments. Each throws `TypeError` for a wrong type and `RangeError` for a wrong value. */

/** @throws TypeError | RangeError unless `value` is a finite number */
export function requireFinite(caller: string, field: string, value: unknown): asserts value is number {
  if (typeof value !== 'number') {
    throw new TypeError(`${caller} needs ${field} to be a number, got ${describe(value)}`);
  }
  if (!Number.isFinite(value)) throw new RangeError(`${caller} needs a finite ${field}, got ${value}`);
}

/** @throws TypeError | RangeError unless `value` is a number in [0, 1] */
export function requireFraction(caller: string, field: string, value: unknown): asserts value is number {
  requireFinite(caller, field, value);
  if (value < 0 || value > 1) throw new RangeError(`${caller} needs ${field} in [0, 1], got ${value}`);
}

/** @throws TypeError unless `value` is a string among `choices` */
export function requireChoice<Choice extends string>(
  caller: string,
  field: string,
  value: unknown,
  choices: readonly Choice[],
): asserts value is Choice {
  if (!choices.includes(value as Choice)) {
    throw new TypeError(
      `${caller} needs ${field} to be one of ${choices.join(', ')}; got ${describe(value)}`,
    );
  }
}

/** A value as an error message shows it, short whatever it is. */
export function describe(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
  if (typeof value === 'bigint') return `${value}n`;
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (typeof value === 'object' && value !== null) return 'an object';
  return String(value);
}
