import { type Notice, PruneError } from '@synaprune/core';
import type { RefitKernels } from '../kernels/kernels.js';
import type { Moments } from '../moments/moments.js';
import { checkRefit, type RefitOptions } from './check-refit.js';
import { groupByKept } from './kept-sets.js';
import { createWatch } from './progress.js';
import { tellNotices } from './tell-notices.js';

/** What {@link refitRows} returns. */
export interface Refit {
  /** `[rows, features]`: what stays, refitted; +0 where the mask drops. */
  readonly weights: Float32Array;
  /**
   * With a constant in the moments, of each row what makes up for the bias. Where dense inputs were added: to be added to
   * the dense layer's bias. Where dense outputs were: the bias itself, as far as the outputs had it in them.
   */
  readonly constants?: Float32Array;
  /**
   * What of the dense outputs' energy (their sum of squares over all samples and rows) the pruned outputs miss, before
   * and after: 0 where they are equal, 1 where all outputs are 0.
   */
  readonly error: { readonly before: number; readonly after: number };
  readonly notices: readonly Notice[];
}

/**
 * Refits what stays of a layer, so that from the inputs of the pruned model it gives what the dense layer gave. Of every
 * row the kept weights x minimise ‖x P − w D‖² + λ‖x − w₀‖², where P and D hold the inputs of the pruned and of the dense
 * model, w is the dense row, w₀ the weights given, and λ is `damping` times the mean of the Gram matrix's diagonal. Inputs
 * that are always 0 leave their weights as they are. Nothing that is given is written to.
 *
 * @throws TypeError | RangeError when an option is unknown, or of a wrong type, length or range
 * @throws PruneError `not-finite` for NaN and Infinity in weights, `no-samples` for moments of none, `not-solvable` where
 * the inputs do not determine the weights and `damping` is too small to
 *
 * @example
 * ```ts
 * import { createMoments, refitRows } from '@synaprune/refit';
 *
 * const builder = createMoments({ features: 2 });
 * builder.add(Float32Array.of(1, 1, 2, 2, 3, 3)); // both inputs are always equal
 * const dense = Float32Array.of(4, 1);
 * const { weights, error } = await refitRows({
 *   weights: Float32Array.of(4, 0),
 *   dense,
 *   rows: 1,
 *   moments: builder.finish(),
 *   mask: Uint8Array.of(0b01),
 *   damping: 0,
 * });
 * console.log([...weights], error.before.toFixed(2), error.after.toFixed(2)); // [ 5, 0 ] 0.04 0.00
 * ```
 *
 * @see https://arxiv.org/abs/2510.14444 for what reconstruction is worth
 */
export async function refitRows(options: RefitOptions): Promise<Refit> {
  const checked = checkRefit(options);
  const { rows, moments, mask, damping, kernels } = checked;
  const { features, size, gram } = moments;
  const watch = createWatch('refitRows', options, rows);

  const solved = widen(checked.weights, rows, features, size, mask);
  const wanted = targetOf(kernels, checked);
  const answers = kernels.multiply(rows, size, size, solved, gram);
  const before = missed(solved, answers, wanted.products, wanted.energy);
  // What is solved for is the change, whose rounding matters less than that of the weights.
  const residual = wanted.products.map((product, i) => product - answers[i]!);

  const added = dampingOf(moments, damping);
  const solver = kernels.createSolver(gram, size);
  const groups = groupByKept(mask, rows, features);
  let done = 0;
  for (const { rows: together, kept } of groups) {
    const live = withConstant(kept, moments).filter((j) => gram[j * (size + 1)]! > 0);
    const sides = new Float64Array(together.length * live.length);
    for (const [at, row] of together.entries()) {
      for (const [i, j] of live.entries()) sides[at * live.length + i] = residual[row * size + j]!;
    }
    if (live.length > 0 && !solver.solve(live, added, sides, together.length)) throw notSolvable(damping);
    for (const [at, row] of together.entries()) {
      for (const [i, j] of live.entries()) solved[row * size + j]! += sides[at * live.length + i]!;
    }
    done += together.length;
    await watch(done);
  }

  const weights = new Float32Array(rows * features);
  const constants = new Float32Array(rows);
  for (let row = 0; row < rows; row += 1) {
    for (let j = 0; j < features; j += 1) weights[row * features + j] = solved[row * size + j]!;
    if (moments.constant) constants[row] = solved[row * size + features]!;
  }
  // Measured on the very numbers that are returned.
  const rounded = widen(weights, rows, features, size, mask, moments.constant ? constants : undefined);
  const after = missed(
    rounded,
    kernels.multiply(rows, size, size, rounded, gram),
    wanted.products,
    wanted.energy,
  );
  return {
    weights,
    ...(moments.constant && { constants }),
    error: { before, after },
    notices: tellNotices(moments, groups),
  };
}

/** Rows in float64, with room for the constant, and zeros where the mask drops. */
function widen(
  weights: Float32Array,
  rows: number,
  features: number,
  size: number,
  mask: Uint8Array | undefined,
  constants?: Float32Array,
): Float64Array {
  const wide = new Float64Array(rows * size);
  for (let row = 0; row < rows; row += 1) {
    for (let j = 0; j < features; j += 1) {
      const at = row * features + j;
      if (mask === undefined || ((mask[at >> 3]! >> (at & 7)) & 1) === 1) wide[row * size + j] = weights[at]!;
    }
    if (constants !== undefined) wide[row * size + features] = constants[row]!;
  }
  return wide;
}

/** Products of the dense outputs with the pruned inputs, `[rows, size]`, and the energy of the dense outputs. */
function targetOf(
  kernels: RefitKernels,
  {
    dense,
    rows,
    moments,
  }: { readonly dense: Float32Array | undefined; readonly rows: number; readonly moments: Moments },
): { readonly products: Float64Array; readonly energy: number } {
  const { size, cross, denseFeatures, denseGram } = moments;
  const products = new Float64Array(rows * size);
  if (dense === undefined) {
    for (let row = 0; row < rows; row += 1) {
      for (let i = 0; i < size; i += 1) products[row * size + i] = cross[i * denseFeatures + row]!;
    }
    return { products, energy: denseGram.reduce((sum, square) => sum + square, 0) };
  }
  const wide = Float64Array.from(dense);
  const across = new Float64Array(denseFeatures * size);
  for (let i = 0; i < size; i += 1) {
    for (let j = 0; j < denseFeatures; j += 1) across[j * size + i] = cross[i * denseFeatures + j]!;
  }
  const answers = kernels.multiply(rows, denseFeatures, denseFeatures, wide, denseGram);
  const energy = answers.reduce((sum, answer, i) => sum + answer * wide[i]!, 0);
  return { products: kernels.multiply(rows, denseFeatures, size, wide, across), energy };
}

/** Share of the energy that is missed: ‖x P − y‖² is x G xᵀ − 2 x·(P yᵀ) + ‖y‖². */
function missed(solved: Float64Array, answers: Float64Array, products: Float64Array, energy: number): number {
  let sum = energy;
  for (let i = 0; i < solved.length; i += 1) sum += solved[i]! * (answers[i]! - 2 * products[i]!);
  // Rounding can bring the difference of equals below nothing.
  return energy > 0 ? Math.max(0, sum) / energy : 0;
}

/** What is added to the diagonal. The constant is free: what the bias was says nothing of what it must become. */
function dampingOf({ gram, size, features }: Moments, damping: number): Float64Array {
  let sum = 0;
  for (let j = 0; j < features; j += 1) sum += gram[j * (size + 1)]!;
  return new Float64Array(size).fill((damping * sum) / features, 0, features);
}

function withConstant(kept: Int32Array, { constant, features }: Moments): Int32Array {
  if (!constant) return kept;
  const all = new Int32Array(kept.length + 1);
  all.set(kept);
  all[kept.length] = features;
  return all;
}

function notSolvable(damping: number): PruneError {
  return new PruneError(
    'not-solvable',
    `refitRows needs inputs that determine the kept weights, or more damping than ${damping}: some inputs are ` +
      'combinations of others, or there are fewer samples than inputs',
  );
}
