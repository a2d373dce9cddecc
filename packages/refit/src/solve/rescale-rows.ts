import { describe, requireBoolean, requireOptions, requireWhole } from '@synaprune/core/checks';
import { defaultKernels } from '../kernels/wasm-kernels.js';
import { requireFiniteNumbers } from '../moments/finite.js';
import { type Moments, requireMoments, requireSamples } from '../moments/moments.js';

/** What {@link rescaleRows} is told. */
export interface RescaleOptions {
  /** A layer, `[rows, features]`, row-major, whose weights are to stay in proportion: rounded ones, say. */
  readonly weights: Float32Array;
  /** Outputs of the layer. */
  readonly rows: number;
  /** Of what the layer reads, and of the dense outputs (`dense: 'outputs'`). */
  readonly moments: Moments;
  /** Whether rows may be multiplied; else constants alone are found. `true` unless told. */
  readonly scale?: boolean;
}

/** What {@link rescaleRows} returns. */
export interface Rescaled {
  /** What each row is to be multiplied by; above 0. */
  readonly factors: Float32Array;
  /** With a constant in the moments, the bias of each row, as far as the dense outputs had it in them. */
  readonly constants?: Float32Array;
  /** What of the dense outputs' energy is missed, as is, and with factors and constants. */
  readonly error: { readonly before: number; readonly after: number };
}

/**
 * The factor for each row of a layer, and the bias, with which it comes nearest to the dense outputs by least squares: what
 * is left to refit where weights are whole multiples of a step. A row that reads nothing, or whose best factor is
 * not above 0, keeps 1.
 *
 * @throws TypeError | RangeError when an option is unknown, or of a wrong type, length or range
 * @throws PruneError `not-finite` for NaN and Infinity in weights, `no-samples` for moments of none
 *
 * @example
 * ```ts
 * import { createMoments, rescaleRows } from '@synaprune/refit';
 *
 * const builder = createMoments({ features: 2, denseFeatures: 1, dense: 'outputs' });
 * builder.add(Float32Array.of(1, 0, 0, 1), Float32Array.of(2, 4));
 * const { factors } = rescaleRows({ weights: Float32Array.of(1, 2), rows: 1, moments: builder.finish() });
 * console.log([...factors]); // [ 2 ]
 * ```
 */
export function rescaleRows(options: RescaleOptions): Rescaled {
  const caller = 'rescaleRows';
  requireOptions(caller, '', options as unknown, ['weights', 'rows', 'moments', 'scale']);
  const { weights, rows, moments, scale = true } = options;
  requireWhole(caller, 'rows', rows, 1);
  requireMoments(caller, moments);
  requireSamples(caller, moments);
  requireBoolean(caller, 'scale', scale);
  const { features, size, gram, cross, constant, denseFeatures, denseGram } = moments;
  if (moments.dense !== 'outputs' || denseFeatures !== rows) {
    throw new RangeError(
      `${caller} needs moments of ${rows} dense outputs, got ${denseFeatures} ${moments.dense}`,
    );
  }
  if (!(weights instanceof Float32Array) || weights.length !== rows * features) {
    const got = weights instanceof Float32Array ? `${weights.length} numbers` : describe(weights);
    throw new TypeError(`${caller} needs weights of ${rows} rows of ${features} features, got ${got}`);
  }
  requireFiniteNumbers(caller, 'weights', weights, features);

  const wide = new Float64Array(rows * size);
  for (let row = 0; row < rows; row += 1) {
    for (let j = 0; j < features; j += 1) wide[row * size + j] = weights[row * features + j]!;
  }
  const answers = defaultKernels().multiply(rows, size, size, wide, gram);
  const count = constant ? gram[size * size - 1]! : 0;
  const factors = new Float32Array(rows).fill(1);
  const constants = new Float32Array(rows);
  let [energy, before, after] = [0, 0, 0];
  for (let row = 0; row < rows; row += 1) {
    // Of the row's outputs q: Σ q², Σ q d, Σ q, Σ d.
    let [squares, products] = [0, 0];
    for (let j = 0; j < features; j += 1) {
      const weight = wide[row * size + j]!;
      squares += weight * answers[row * size + j]!;
      products += weight * cross[j * denseFeatures + row]!;
    }
    const sum = constant ? answers[row * size + features]! : 0;
    const wanted = constant ? cross[features * denseFeatures + row]! : 0;
    const own = denseGram[row]!;
    const spread = count > 0 ? squares - (sum * sum) / count : squares;
    const together = count > 0 ? products - (sum * wanted) / count : products;
    const best = scale && spread > 1e-9 * squares ? together / spread : 1;
    const factor = Math.fround(best > 0 && Number.isFinite(best) ? best : 1);
    const shift = count > 0 ? Math.fround((wanted - factor * sum) / count) : 0;
    factors[row] = factor;
    constants[row] = shift;
    energy += own;
    before += own - 2 * products + squares;
    after +=
      own -
      2 * (factor * products + shift * wanted) +
      factor * factor * squares +
      2 * factor * shift * sum +
      shift * shift * count;
  }
  const share = (missed: number) => (energy > 0 ? Math.max(0, missed) / energy : 0);
  return {
    factors,
    ...(constant && { constants }),
    error: { before: share(before), after: share(after) },
  };
}
