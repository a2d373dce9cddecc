import { PruneError } from '@synaprune/core';

/**
 * The largest magnitude of numbers that are all finite.
 *
 * @param columns how many numbers a row has, for the message
 * @throws PruneError `not-finite`, with the place of the first that is not
 */
export function requireFiniteNumbers(
  caller: string,
  field: string,
  numbers: Float32Array,
  columns: number,
  row = 'row',
): number {
  let largest = 0;
  for (let i = 0; i < numbers.length; i += 1) {
    const size = Math.abs(numbers[i]!);
    if (size > largest) largest = size;
    else if (Number.isNaN(size)) throw notFinite(caller, field, numbers, i, columns, row);
  }
  if (largest !== Number.POSITIVE_INFINITY) return largest;
  const at = numbers.findIndex((number) => !Number.isFinite(number));
  throw notFinite(caller, field, numbers, at, columns, row);
}

function notFinite(
  caller: string,
  field: string,
  numbers: Float32Array,
  at: number,
  columns: number,
  row: string,
): PruneError {
  return new PruneError(
    'not-finite',
    `${caller} needs finite numbers in ${field}, got ${numbers[at]} in ${row} ${Math.floor(at / columns)}, ` +
      `column ${at % columns}`,
  );
}
