/** Numbers that data loggers write for "no value". */
const CODES = [
  -99, -99.9, -99.99, -200, -999, -999.9, -999.99, -9999, -9999.9, -99999, -999999, 999, 999.9, 999.99, 9999,
  9999.9, 99999, 999999,
];

/** A number that stands for "missing" in a column, and how often. */
export interface MissingCode {
  readonly code: number;
  readonly count: number;
}

/**
 * Finds numbers that stand for "missing". One is taken as such only when all of this holds:
 *
 * - it is one of the usual codes (−99, −200, −999, −9999 and the like, or 999 to 999999),
 * - it stands in the column at least twice,
 * - it is a negative number in a column that is otherwise nowhere negative; or it lies further from every other
 *   value than these lie from each other (outside by more than their whole range).
 *
 * @returns the values with NaN for the codes, and the codes found
 */
export function findMissingCodes(values: Float64Array): { values: Float64Array; codes: MissingCode[] } {
  const codes: MissingCode[] = [];
  let current = values;
  for (;;) {
    const found = CODES.map((code) => ({ code, count: countOf(current, code) })).find(
      ({ code, count }) => count >= 2 && standsApart(current, code),
    );
    if (found === undefined) return { values: current, codes };
    codes.push(found);
    current = current.map((value) => (value === found.code ? Number.NaN : value));
  }
}

function countOf(values: Float64Array, code: number): number {
  let count = 0;
  for (const value of values) if (value === code) count += 1;
  return count;
}

function standsApart(values: Float64Array, code: number): boolean {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (value === code || Number.isNaN(value)) continue;
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  if (!(least <= most)) return false;
  if (code < 0 && least >= 0) return true;
  return Math.max(least - code, code - most) > most - least && most > least;
}
