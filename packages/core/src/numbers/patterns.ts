import type { Numbers } from './sinusoids.js';

/** Fewest steps of a line that show a regular grid. */
const FEWEST_STEPS = 8;
const MOST_LOOKED_AT = 4096;

/** Whether all elements are equal. */
export function areEqual(numbers: Numbers): boolean {
  return valuesOf(numbers, 1) !== undefined;
}

/** Whether the numbers are a mask of what `Softmax` is to make nothing of: 0 or 1, and one value far below. */
export function isFarMask(numbers: Numbers): boolean {
  const [low = 0, high = 0] = twoValuesOf(numbers);
  return (high === 0 || high === 1) && low <= -1000;
}

/** Whether the numbers are a mask: such a one, or zeros and ones. */
export function isMask(numbers: Numbers): boolean {
  const [low, high] = twoValuesOf(numbers);
  return (low === 0 && high === 1) || isFarMask(numbers);
}

function twoValuesOf(numbers: Numbers): readonly number[] {
  const values = valuesOf(numbers, 2) ?? [];
  return values.length === 2 ? values.sort((a, b) => a - b) : [];
}

/**
 * Whether along one axis all lines go on by equal steps, and not all of them stay where they are: coordinates of a
 * grid, distances, position numbers.
 */
export function isGrid(numbers: Numbers): boolean {
  const { shape } = numbers;
  return shape.some((steps, axis) => {
    if (steps < FEWEST_STEPS) return false;
    const inner = shape.slice(axis + 1).reduce((product, edge) => product * edge, 1);
    const lines = shape.reduce((product, edge) => product * edge, 1) / steps;
    let moving = 0;
    let looked = 0;
    for (let line = 0; line < lines && looked < MOST_LOOKED_AT; line += 1) {
      const first = Math.floor(line / inner) * steps * inner + (line % inner);
      const at = (k: number) => numbers.at(first + k * inner);
      const step = at(1) - at(0);
      if (step !== 0) moving += 1;
      for (let k = 2; k < steps; k += 1, looked += 1) {
        const size = Math.max(Math.abs(at(k)), Math.abs(at(k - 1)), Math.abs(step));
        if (!(Math.abs(at(k) - at(k - 1) - step) <= 1e-5 * size)) return false;
      }
    }
    return moving > 0;
  });
}

/** The values that occur, if they are no more than `most`. */
function valuesOf({ shape, at }: Numbers, most: number): number[] | undefined {
  const size = shape.reduce((product, edge) => product * edge, 1);
  const values = new Set<number>();
  for (let i = 0; i < size; i += 1) {
    // 0 and −0 are one value.
    values.add(at(i) + 0);
    if (values.size > most) return undefined;
  }
  return [...values];
}
