/** A tensor's numbers, as checks of their structure read them. */
export interface Numbers {
  readonly shape: readonly number[];
  /** The element of a flat index. */
  at(index: number): number;
}

/** Fewest steps along an axis that can tell a wave from what happens to look like one. */
const FEWEST_STEPS = 8;
const MOST_STEPS = 64;
const MOST_LINES = 64;
/** Lines that are looked at before all are: most tensors are no waves, and that shows in a few. */
const FIRST_LINES = 8;
/** What may be left of the energy: bfloat16 tables leave 1e-5, unrelated numbers nearly all. */
const LEFT_OVER = 1e-4;
/** `2·cos ω` of waves that turn by a tenth of a radian a step, which no slope does, */
const FAST = 1.99;
/** and of those that turn by a hundredth. */
const SLOWEST = 1.9999;

/**
 * Whether the numbers are the table of a Fourier transform, of a cosine transform or of rotary or sinusoidal
 * positions: along one axis every line is a wave of one frequency, and the lines' frequencies differ.
 *
 * Of a wave `r(k) = a·cos(ω·k + φ)` the sum of an element's neighbours is `2·cos ω` times the element, whatever
 * amplitude and phase; so a window, which multiplies whole lines, makes no difference. `2·cos ω` is found by least
 * squares, and a quarter of the steps may fail, as where cosines end and sines begin.
 */
export function areSinusoids(numbers: Numbers): boolean {
  const { shape } = numbers;
  return shape.some((steps, axis) => {
    if (steps < FEWEST_STEPS) return false;
    const inner = shape.slice(axis + 1).reduce((product, edge) => product * edge, 1);
    const outer = shape.slice(0, axis).reduce((product, edge) => product * edge, 1);
    const count = inner * outer;
    if (count < 4) return false;
    const pace = Math.max(1, Math.floor(count / MOST_LINES));
    // Cosines and sines may take turns.
    return [1, 2].some((stride) => {
      const length = Math.min(MOST_STEPS, Math.floor(steps / stride));
      if (length < FEWEST_STEPS) return false;
      const lineAt = (line: number): Float64Array => {
        const first = Math.floor(line / inner) * steps * inner + (line % inner);
        const values = new Float64Array(length);
        for (let k = 0; k < length; k += 1) values[k] = numbers.at(first + k * stride * inner);
        return values;
      };
      const all = Array.from({ length: Math.ceil(count / pace) }, (_, i) => i * pace);
      const some = all.filter((_, i) => i % Math.ceil(all.length / FIRST_LINES) === 0);
      if (some.every((line) => isNoWave(lineAt(line)))) return false;
      return areWaves(all.map(lineAt), length);
    });
  });
}

/**
 * Whether a line is so far from a wave that nothing more need be read, if its neighbours are too. Of a wave, every
 * element has the same ratio to the sum of its neighbours, so that `(r(k−1) + r(k+1))·r(k+1)` is
 * `(r(k) + r(k+2))·r(k)` but beside the steps that fail, two for each; of unrelated numbers hardly any two are.
 */
function isNoWave(line: Float64Array): boolean {
  let energy = 0;
  for (const value of line) energy += value * value;
  const apart = (0.25 * energy) / line.length;
  // Neither zeros nor what is no number tells anything.
  if (!(apart > 0 && apart < Number.POSITIVE_INFINITY)) return false;
  let failed = 0;
  for (let k = 1; k < line.length - 2; k += 1) {
    const [before, here, next, after] = [line[k - 1]!, line[k]!, line[k + 1]!, line[k + 2]!];
    if (Math.abs((before + next) * next - (here + after) * here) > apart) failed += 1;
  }
  return failed > 0.6 * (line.length - 3);
}

function areWaves(lines: readonly Float64Array[], length: number): boolean {
  let steps = Array.from({ length: length - 2 }, (_, k) => k + 1);
  const energy = lines.reduce((sum, line) => sum + line.reduce((all, value) => all + value * value, 0), 0);
  if (!(energy > 0)) return false;
  const fewest = Math.ceil(0.75 * steps.length);
  // Zeros go on as any wave does: a kernel of which pruning left a row or two is none.
  if (steps.filter((k) => lines.some((line) => line[k] !== 0)).length < fewest) return false;
  for (;;) {
    const factors = lines.map((line) => factorOf(line, steps));
    const left = new Map(steps.map((k) => [k, leftAt(lines, factors, k)]));
    const sizes = steps.reduce((sum, k) => sum + sizeAt(lines, k), 0);
    const total = [...left.values()].reduce((sum, each) => sum + each, 0);
    if (total <= LEFT_OVER * sizes) return differ(lines, factors);
    const worst = [...left].sort((a, b) => b[1] - a[1]).slice(0, Math.max(1, Math.floor(steps.length / 10)));
    const dropped = new Set(worst.map(([k]) => k));
    steps = steps.filter((k) => !dropped.has(k));
    if (steps.length < fewest || steps.length < 4) return false;
  }
}

/** `2·cos ω` of a line by least squares; `undefined` where the line is zero. */
function factorOf(line: Float64Array, steps: readonly number[]): number | undefined {
  let products = 0;
  let squares = 0;
  for (const k of steps) {
    products += (line[k - 1]! + line[k + 1]!) * line[k]!;
    squares += line[k]! ** 2;
  }
  return squares > 0 ? products / squares : undefined;
}

function leftAt(lines: readonly Float64Array[], factors: readonly (number | undefined)[], k: number): number {
  return lines.reduce((sum, line, i) => {
    const neighbours = line[k - 1]! + line[k + 1]!;
    return sum + (neighbours - (factors[i] ?? 0) * line[k]!) ** 2;
  }, 0);
}

/** What there is to be explained: large also where waves are slow and the factor is 2. */
function sizeAt(lines: readonly Float64Array[], k: number): number {
  return lines.reduce((sum, line) => sum + line[k - 1]! ** 2 + line[k + 1]! ** 2, 0);
}

/** Waves that hardly turn may be constants and slopes, and waves of one frequency may be anything's. */
function differ(lines: readonly Float64Array[], factors: readonly (number | undefined)[]): boolean {
  const distinct = (slowest: number, parts: number) =>
    new Set(factors.flatMap((factor = 2) => (Math.abs(factor) < slowest ? [Math.round(factor * parts)] : [])))
      .size;
  return distinct(FAST, 200) >= 2 && distinct(SLOWEST, 10_000) >= Math.max(4, lines.length / 16);
}
