import type { Numbers } from './sinusoids.js';

/** Fewest elements of a line that a window and a wave in it can be told by. */
const FEWEST_STEPS = 16;
const MOST_LINES = 64;
/** What may be left of the energy; unrelated numbers leave nearly all, float16 tables 1e-3. */
const LEFT_OVER = 4e-3;
/** Where a window is lower than this, it is too low to be divided by. */
const LOWEST = 0.1;

/** A window at step `n` of `length`, and how many zeros of it stand before the first step that is none. */
interface Window {
  readonly zeros: number;
  at(n: number, length: number): number;
}

const cosine = (n: number, length: number): number => Math.cos((2 * Math.PI * n) / length);

/** Hann's, Blackman's, Hamming's, and none. */
const WINDOWS: readonly Window[] = [
  { zeros: 1, at: (n, length) => 0.5 - 0.5 * cosine(n, length) },
  { zeros: 1, at: (n, length) => 0.42 - 0.5 * cosine(n, length) + 0.08 * cosine(2 * n, length) },
  { zeros: 0, at: (n, length) => 0.54 - 0.46 * cosine(n, length) },
  { zeros: 0, at: () => 1 },
];

/**
 * Whether the numbers are the kernels of a constant-Q or wavelet transform: along one axis every line is a wave under a
 * window of its own, zero outside it, and the windows' lengths and the waves' frequencies differ.
 *
 * Divided by its window, a line is a wave, of which the sum of an element's neighbours is `2·cos ω` times the element.
 */
export function areWindowedWaves({ shape, at }: Numbers): boolean {
  return shape.some((steps, axis) => {
    if (steps < 2 * FEWEST_STEPS) return false;
    const inner = shape.slice(axis + 1).reduce((product, edge) => product * edge, 1);
    const count = shape.reduce((product, edge) => product * edge, 1) / steps;
    if (count < 8) return false;
    const pace = Math.max(1, Math.floor(count / MOST_LINES));
    const lines: Line[] = [];
    for (let line = 0; line < count; line += pace) {
      const first = Math.floor(line / inner) * steps * inner + (line % inner);
      const found = lineOf(steps, (k) => at(first + k * inner));
      if (found !== undefined) lines.push(found);
    }
    const lengths = new Set(lines.map(({ length }) => length));
    // Kernels that were pruned have stretches too, and lines that fill the axis are those of other transforms.
    if (lines.length < 8 || lengths.size < lines.length / 4) return false;
    return WINDOWS.some((window) => areWavesUnder(window, lines));
  });
}

/** The one stretch of a line that is not zero. */
interface Line {
  readonly length: number;
  /** Most tensors are told by the lengths alone, and nobody reads the elements. */
  values(): Float64Array;
}

function lineOf(steps: number, at: (k: number) => number): Line | undefined {
  let first = 0;
  let end = steps;
  while (first < end && at(first) === 0) first += 1;
  while (end > first && at(end - 1) === 0) end -= 1;
  const length = end - first;
  if (length < FEWEST_STEPS) return undefined;
  return { length, values: () => Float64Array.from({ length }, (_, k) => at(first + k)) };
}

function areWavesUnder({ zeros, at }: Window, lines: readonly Line[]): boolean {
  const most = Math.floor(lines.length / 10);
  const factors = new Set<number>();
  let failed = 0;
  for (const line of lines) {
    const values = line.values();
    // A periodic window has its zero at one end only.
    const length = values.length + zeros;
    const heights = values.map((_, k) => at(k + zeros, length));
    const factor = factorOf(
      values.map((value, k) => (heights[k]! < LOWEST ? Number.NaN : value / heights[k]!)),
    );
    if (factor === undefined) failed += 1;
    else factors.add(Math.round(factor * 1000));
    if (failed > most) return false;
  }
  return factors.size >= lines.length / 4;
}

/** `2·cos ω` of what is a wave between steps that are not known; `undefined` of what is none. */
function factorOf(wave: Float64Array): number | undefined {
  let [products, squares, sizes] = [0, 0, 0];
  const known: number[] = [];
  for (let k = 1; k < wave.length - 1; k += 1) {
    const neighbours = wave[k - 1]! + wave[k + 1]!;
    if (Number.isNaN(neighbours + wave[k]!)) continue;
    known.push(k);
    products += neighbours * wave[k]!;
    squares += wave[k]! ** 2;
    sizes += wave[k - 1]! ** 2 + wave[k + 1]! ** 2;
  }
  if (known.length < FEWEST_STEPS / 2 || !(squares > 0)) return undefined;
  const factor = products / squares;
  const left = known.reduce((sum, k) => sum + (wave[k - 1]! + wave[k + 1]! - factor * wave[k]!) ** 2, 0);
  // What hardly turns is a slope or a constant.
  return left <= LEFT_OVER * sizes && Math.abs(factor) < 1.9999 ? factor : undefined;
}

/** Fewest steps of a filter that is symmetric because somebody made it so. */
const FEWEST_TAPS = 32;

/**
 * Whether the numbers are one filter along one axis, the same forwards and backwards, as those are that somebody
 * designs to let frequencies through without shifting them. Learned ones are not.
 */
export function isSymmetricFilter({ shape, at }: Numbers): boolean {
  const [taps = 0, ...more] = shape.filter((edge) => edge > 1);
  if (taps < FEWEST_TAPS || more.length > 0) return false;
  let largest = 0;
  let differs = false;
  let nonZeros = 0;
  for (let k = 0; k < taps; k += 1) {
    largest = Math.max(largest, Math.abs(at(k)));
    differs ||= at(k) !== at(0);
    if (at(k) !== 0) nonZeros += 1;
  }
  // Of a kernel that was pruned the few elements that are left may lie so.
  if (!differs || nonZeros < taps / 2 || !(largest < Number.POSITIVE_INFINITY)) return false;
  // A filter of an even length may have a zero added at one end.
  return [taps, taps - 1].some((length) =>
    [0, taps - length].some((first) => {
      for (let k = 0; k < length / 2; k += 1) {
        if (!(Math.abs(at(first + k) - at(first + length - 1 - k)) <= 1e-6 * largest)) return false;
      }
      return length === taps || at(first === 0 ? taps - 1 : 0) === 0;
    }),
  );
}
