import { PruneError, packedLength } from '@synaprune/core';
import type { Groups } from '../kernels/kernels.js';
import { createWatch } from '../watch.js';
import { curvatureOf } from './curvature.js';
import { type CheckedMask, checkMask, type MaskOptions } from './mask-options.js';
import { removeByObc } from './obc.js';
import { selectByRows } from './select-by-rows.js';
import { selectUnits } from './select-units.js';
import { swapRow } from './swaps.js';

/**
 * Which weights of a layer stay: exactly `elementBudget` of all go, by rows where they lose alike (up to one), and ties go in
 * the order of their index, as everywhere in Synaprune.
 *
 * @returns packed bits of `[rows, features]`, 1 for kept: bit `i % 8` of byte `i >> 3`
 * @throws TypeError | RangeError when an option is unknown, or of a wrong type, length or range
 * @throws PruneError `not-finite` for NaN and Infinity in the weights; `no-samples` where inputs rank and there were none;
 * `invalid-sparsity`, `unsupported` where the pattern cannot be had, or not by that method
 *
 * @example
 * ```ts
 * import { chooseMask, createMoments } from '@synaprune/refit';
 *
 * const builder = createMoments({ features: 2 });
 * builder.add(Float32Array.of(1, 10, 1, 10)); // the second input is ten times as large
 * const mask = await chooseMask({
 *   weights: Float32Array.of(3, 1),
 *   rows: 1,
 *   moments: builder.finish(),
 *   sparsity: 0.5,
 *   method: 'wanda',
 * });
 * console.log(mask[0]!.toString(2)); // 10
 * ```
 */
export async function chooseMask(options: MaskOptions): Promise<Uint8Array> {
  const checked = checkMask(options);
  const { rows, features, sparsity, scope, pattern, method, swaps } = checked;
  const groups = groupsOf(checked);
  const obc = method === 'obc';
  const watch = createWatch('chooseMask', options, rows * (Number(obc) + Number(swaps > 0)));
  if (obc) {
    const kept = await removeByObc(checked, groups, watch);
    if (swaps > 0) await swap(checked, kept, groups, (done) => watch(rows + done));
    return packFlags(kept);
  }
  const scores = scoresOf(checked);
  const mask =
    scope === 'row' && pattern.kind === 'element'
      ? selectByRows(scores, features, sparsity)
      : await selectUnits(
          scope === 'weight' ? [scores] : rowsOf(scores, features),
          [scope === 'weight' ? rows : 1, features],
          sparsity,
          pattern,
        );
  if (swaps === 0) return mask;
  const kept = Uint8Array.from({ length: rows * features }, (_, i) => (mask[i >> 3]! >> (i & 7)) & 1);
  await swap(checked, kept, groups, watch);
  return packFlags(kept);
}

function rowsOf(scores: Float32Array, features: number): Float32Array[] {
  return Array.from({ length: scores.length / features }, (_, row) =>
    scores.subarray(row * features, (row + 1) * features),
  );
}

/** Changes flags of what is kept, in place. */
async function swap(
  { weights, rows, features, moments, swaps }: CheckedMask,
  kept: Uint8Array,
  groups: Groups | undefined,
  watch: (done: number) => Promise<void> | undefined,
): Promise<void> {
  const curvature = curvatureOf(moments!);
  for (let row = 0; row < rows; row += 1) {
    const [from, to] = [row * features, (row + 1) * features];
    swapRow(weights.subarray(from, to), kept.subarray(from, to), curvature, groups, swaps);
    await watch(row + 1);
  }
}

/** The groups of N of M, where they lie along the rows and something is chosen here within them. */
function groupsOf({ pattern, method, swaps }: CheckedMask): Groups | undefined {
  if (pattern.kind !== 'n:m' || (method !== 'obc' && swaps === 0)) return undefined;
  const { keep, of, axis } = pattern;
  if (axis !== 1) {
    throw new PruneError(
      'unsupported',
      `chooseMask needs n:m along axis 1, that of the features, for ${method === 'obc' ? 'method obc' : 'swaps'}, got axis ${axis}`,
    );
  }
  return { keep, of };
}

function packFlags(flags: Uint8Array): Uint8Array {
  const bits = new Uint8Array(packedLength(flags.length));
  for (let i = 0; i < flags.length; i += 1) bits[i >> 3]! |= flags[i]! << (i & 7);
  return bits;
}

function scoresOf({ weights, features, method, moments }: CheckedMask): Float32Array {
  const scores = weights.map(Math.abs);
  if (method === 'magnitude' || moments === undefined) return scores;
  const { gram, size } = moments;
  const norms = Float64Array.from({ length: features }, (_, j) => Math.sqrt(gram[j * (size + 1)]!));
  for (let i = 0; i < scores.length; i += 1) scores[i]! *= norms[i % features]!;
  return scores;
}
