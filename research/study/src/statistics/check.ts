/**
 * Refuses a number that is not in [low, high]; NaN never is.
 *
 * @throws RangeError with what was needed and what was got.
 */
export function checkRange(name: string, value: number, low: number, high: number): void {
  if (!(value >= low && value <= high)) {
    throw new RangeError(`${name} must be a number in [${low}, ${high}], got ${value}`);
  }
}

/**
 * Refuses a number that is not strictly between low and high.
 *
 * @throws RangeError with what was needed and what was got.
 */
export function checkBetween(name: string, value: number, low: number, high: number): void {
  if (!(value > low && value < high)) {
    throw new RangeError(`${name} must be strictly between ${low} and ${high}, got ${value}`);
  }
}

/**
 * Refuses what is not a whole number of at least `least`.
 *
 * @throws RangeError with what was needed and what was got.
 */
export function checkCount(name: string, value: number, least: number): void {
  if (!Number.isSafeInteger(value) || value < least) {
    throw new RangeError(`${name} must be a whole number of at least ${least}, got ${value}`);
  }
}

/**
 * Refuses a list with fewer than `least` numbers, or with one that is not finite.
 *
 * @throws RangeError with what was needed and what was got, and where.
 */
export function checkFinite(name: string, values: ArrayLike<number>, least: number): void {
  if (values.length < least) {
    throw new RangeError(`${name} must hold at least ${least} numbers, got ${values.length}`);
  }
  for (let i = 0; i < values.length; i += 1) {
    if (!Number.isFinite(values[i])) {
      throw new RangeError(`${name} must hold finite numbers, got ${values[i]} at index ${i}`);
    }
  }
}

/**
 * Refuses a table that is not rectangular, is smaller than 2 rows of 2 columns, or holds a number that is not
 * finite.
 *
 * @throws RangeError with what was needed and what was got, and where.
 */
export function checkTable(rows: readonly ArrayLike<number>[]): void {
  if (rows.length < 2) throw new RangeError(`a table must have at least 2 rows (blocks), got ${rows.length}`);
  const columns = rows[0]!.length;
  rows.forEach((row, i) => {
    if (row.length !== columns) {
      throw new RangeError(
        `every row must have ${columns} numbers as the first has, row ${i} has ${row.length}`,
      );
    }
    checkFinite(`row ${i}`, row, 2);
  });
}
