import { type Notice, PruneError } from '@synaprune/core';
import type { RefitKernels } from '../kernels/kernels.js';
import type { Moments } from '../moments/moments.js';
import { createWatch } from '../watch.js';
import { checkRefit, type RefitOptions } from './check-refit.js';
import { groupByKept } from './kept-sets.js';
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

  const groups = groupByKept(mask, rows, features);
  const solved = new Float64Array(rows * size);
  for (const { rows: together, kept } of groups) {
    for (const row of together) {
      for (let i = 0; i < kept.length; i += 1) {
        solved[row * size + kept[i]!] = checked.weights[row * features + kept[i]!]!;
      }
    }
  }
  const wanted = targetOf(kernels, checked);
  const answers = kernels.multiply(rows, size, size, solved, gram);
  let missed = wanted.energy;
  for (let i = 0; i < solved.length; i += 1) missed += solved[i]! * (answers[i]! - 2 * wanted.products[i]!);
  // Rounding can bring the difference of equals below nothing.
  const share = (): number => (wanted.energy > 0 ? Math.max(0, missed) / wanted.energy : 0);
  const before = share();

  // What is solved for is the change, whose rounding matters less than that of the weights.
  const residual = wanted.products;
  for (let i = 0; i < residual.length; i += 1) residual[i]! -= answers[i]!;
  const added = dampingOf(moments, damping);
  const solver = kernels.createSolver(gram, size, added);
  let done = 0;
  for (const { rows: together, kept } of groups) {
    const live = withConstant(kept, moments).filter((j) => gram[j * (size + 1)]! > 0);
    const edge = live.length;
    const sides = new Float64Array(together.length * edge);
    for (let at = 0; at < sides.length; at += 1) {
      sides[at] = residual[together[Math.floor(at / edge)]! * size + live[at % edge]!]!;
    }
    if (edge > 0 && !solver.solve(live, sides, together.length)) throw notSolvable(damping);
    for (let at = 0; at < sides.length; at += 1) {
      const [row, j, change] = [together[Math.floor(at / edge)]!, live[at % edge]!, sides[at]!];
      solved[row * size + j]! += change;
      // By the change x that solves (G + λ) x = r, what is missed falls by 2 r·x − x G x = r·x + λ x².
      missed -= change * (residual[row * size + j]! + added[j]! * change);
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
  return {
    weights,
    ...(moments.constant && { constants }),
    error: { before, after: share() },
    notices: tellNotices(moments, groups),
  };
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
