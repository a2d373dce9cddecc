import type { Numbers } from './sinusoids.js';

/** Largest matrix that is looked at whole; mel matrices have some hundred thousand elements. */
const LARGEST = 1 << 22;

/**
 * Whether the numbers are a bank of filters over frequencies, as a mel matrix is: nothing below zero, each line one
 * stretch that rises and falls, wider than a single number, and each stretch further on than the one before.
 */
export function isFilterBank(numbers: Numbers): boolean {
  const edges = numbers.shape.filter((edge) => edge > 1);
  const [rows = 0, columns = 0] = edges;
  if (edges.length !== 2 || rows * columns > LARGEST) return false;
  const row = (i: number) => (k: number) => numbers.at(i * columns + k);
  const column = (i: number) => (k: number) => numbers.at(k * columns + i);
  return areFilters(rows, columns, row) || areFilters(columns, rows, column);
}

function areFilters(filters: number, bins: number, filter: (i: number) => (k: number) => number): boolean {
  if (filters < 8 || bins < 16) return false;
  let wide = 0;
  let used = 0;
  let nonZeros = 0;
  let last = -1;
  for (let i = 0; i < filters; i += 1) {
    const stretch = stretchOf(filter(i), bins);
    if (stretch === undefined) return false;
    // At low frequencies a filter may fall between two bins.
    if (stretch.width === 0) continue;
    if (stretch.peak < last) return false;
    last = stretch.peak;
    used += 1;
    nonZeros += stretch.width;
    if (stretch.width >= 3) wide += 1;
  }
  return used >= filters / 2 && wide >= used / 4 && nonZeros <= 0.35 * used * bins;
}

/** The one stretch of a filter that is not zero; `undefined` where it is no filter. */
function stretchOf(at: (k: number) => number, bins: number): { width: number; peak: number } | undefined {
  let first = -1;
  let end = -1;
  let peak = -1;
  let falling = false;
  let before = 0;
  for (let k = 0; k < bins; k += 1) {
    const value = at(k);
    if (!(value >= 0 && value < Number.POSITIVE_INFINITY)) return undefined;
    if (value > before * (1 + 1e-6)) {
      if (falling) return undefined;
      peak = k;
    } else if (value < before * (1 - 1e-6)) falling = true;
    if (value > 0) {
      if (first < 0) first = k;
      end = k;
    }
    before = value;
  }
  return { width: first < 0 ? 0 : end - first + 1, peak };
}
