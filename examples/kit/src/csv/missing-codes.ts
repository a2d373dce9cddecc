/** Numbers that data loggers write for "no value". */
const CODES = new Set([
  -99, -99.9, -99.99, -200, -999, -999.9, -999.99, -9999, -9999.9, -99999, -999999, 999, 999.9, 999.99, 9999,
  9999.9, 99999, 999999,
]);

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
  const counts = new Map<number, number>();
  for (const value of values) {
    if (CODES.has(value)) counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  let current = values;
  for (;;) {
    const found = [...counts].find(([code, count]) => count >= 2 && standsApart(current, code));
    if (found === undefined) return { values: current, codes };
    const [code, count] = found;
    codes.push({ code, count });
    counts.delete(code);
    current = current.map((value) => (value === code ? Number.NaN : value));
  }
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
