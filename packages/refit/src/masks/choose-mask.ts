import {
  constantSparsity,
  createPruner,
  elementBudget,
  type PatternOption,
  packedLength,
  type TensorBackend,
  tensorScore,
} from '@synaprune/core';
import {
  describe,
  requireChoice,
  requireFraction,
  requireOptions,
  requireWhole,
} from '@synaprune/core/checks';
import { type HostMask, type HostWeight, hostBackend } from '@synaprune/host';
import { requireFiniteNumbers } from '../moments/finite.js';
import { type Moments, requireMoments, requireSamples } from '../moments/moments.js';

/** What {@link chooseMask} is told. */
export interface MaskOptions {
  /** `[rows, features]`, row-major: an output of the layer a row. Not written to. */
  readonly weights: Float32Array;
  /** Outputs of the layer. */
  readonly rows: number;
  /** Of the layer's inputs; by magnitude alone they are not needed. */
  readonly moments?: Moments;
  /** Fraction of zeros, in [0, 1]. */
  readonly sparsity: number;
  /**
   * What ranks the weights. `magnitude`: |w|. `wanda`: |w|·‖x‖, with the norm of the weight's input over all samples
   * (Sun et al. 2023).
   *
   * @see https://arxiv.org/abs/2306.11695
   */
  readonly method: 'magnitude' | 'wanda';
  /** Whether every row loses the same share (unless told), or the weight as a whole. */
  readonly scope?: 'row' | 'weight';
  /**
   * What goes as one, on the axes of `[rows, features]`; single weights unless told. Where rows lose alike, a block or
   * group lies within a row.
   */
  readonly pattern?: PatternOption;
}

/**
 * Which weights of a layer stay: exactly `elementBudget` of all go, by rows where they lose alike (up to one), and ties go in
 * the order of their index, as everywhere in Synaprune.
 *
 * @returns packed bits of `[rows, features]`, 1 for kept: bit `i % 8` of byte `i >> 3`
 * @throws TypeError | RangeError when an option is unknown, or of a wrong type, length or range
 * @throws PruneError `not-finite` for NaN and Infinity in the weights; `no-samples` where inputs rank and there were none;
 * `invalid-sparsity`, `unsupported` where the pattern cannot be had
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
  const checked = check(options);
  const { rows, features, sparsity, scope, pattern } = checked;
  const scores = scoresOf(checked);
  if (scope === 'weight') return select([scores], [rows, features], sparsity, pattern);
  const each = Array.from({ length: rows }, (_, row) =>
    scores.subarray(row * features, (row + 1) * features),
  );
  return select(each, [1, features], sparsity, pattern);
}

/** Drops by core's own selection, so that budgets, patterns and ties are those of every other door. */
async function select(
  scores: readonly Float32Array[],
  shape: readonly [number, number],
  sparsity: number,
  pattern: PatternOption,
): Promise<Uint8Array> {
  const pruner = createPruner<HostWeight, HostMask>({
    backend: hostBackend() as TensorBackend<HostWeight, HostMask>,
    // Scores are zeroed in place of weights, which nobody misses.
    weights: scores.map((values, i) => ({ name: String(i), weight: { values, shape } })),
    schedule: constantSparsity(sparsity),
    distribution: pattern.kind === 'element' ? evenly : 'uniform',
    pattern,
    score: tensorScore(({ weight }) => weight),
  });
  try {
    await pruner.update(0);
    return joinMasks(
      (await pruner.masks()).map(({ bits }) => bits),
      shape[0] * shape[1],
    );
  } finally {
    pruner.dispose();
  }
}

/** Rows lose alike, up to one element, and together as many as were asked for: half of nine is four, then five. */
function evenly(rows: readonly { readonly elements: number }[], sparsity: number): number[] {
  let before = 0;
  return rows.map(({ elements }) => {
    const from = elementBudget(sparsity, before);
    before += elements;
    return (elementBudget(sparsity, before) - from) / elements;
  });
}

/** Packed masks of so many elements each, one behind the other. */
function joinMasks(masks: readonly Uint8Array[], elements: number): Uint8Array {
  if (masks.length === 1) return masks[0]!.slice();
  const joined = new Uint8Array(packedLength(masks.length * elements));
  for (const [i, mask] of masks.entries()) {
    for (let j = 0; j < elements; j += 1) {
      const to = i * elements + j;
      if (((mask[j >> 3]! >> (j & 7)) & 1) === 1) joined[to >> 3]! |= 1 << (to & 7);
    }
  }
  return joined;
}

function scoresOf({ weights, features, method, moments }: Checked): Float32Array {
  const scores = weights.map(Math.abs);
  if (method === 'magnitude' || moments === undefined) return scores;
  const { gram, size } = moments;
  const norms = Float64Array.from({ length: features }, (_, j) => Math.sqrt(gram[j * (size + 1)]!));
  for (let i = 0; i < scores.length; i += 1) scores[i]! *= norms[i % features]!;
  return scores;
}

type Checked = ReturnType<typeof check>;

function check(options: MaskOptions) {
  requireOptions('chooseMask', '', options, KEYS);
  const { weights, rows, moments, sparsity, method, scope = 'row', pattern = { kind: 'element' } } = options;
  requireWhole('chooseMask', 'rows', rows, 1);
  requireFraction('chooseMask', 'sparsity', sparsity);
  requireChoice('chooseMask', 'method', method, ['magnitude', 'wanda']);
  requireChoice('chooseMask', 'scope', scope, ['row', 'weight']);
  if (!(weights instanceof Float32Array)) {
    throw new TypeError(`chooseMask needs weights to be a Float32Array, got ${describe(weights)}`);
  }
  const features = weights.length / rows;
  if (moments !== undefined) requireMoments('chooseMask', moments);
  if (method !== 'magnitude') {
    requireMoments('chooseMask', moments);
    requireSamples('chooseMask', moments);
  }
  const needed = moments?.features ?? features;
  if (features !== needed || !Number.isInteger(features) || features === 0) {
    throw new RangeError(
      `chooseMask needs weights of ${rows} rows${moments === undefined ? '' : ` of ${needed} features`}, got ${weights.length} numbers`,
    );
  }
  requireFiniteNumbers('chooseMask', 'weights', weights, features);
  return { weights, rows, features, moments, sparsity, method, scope, pattern };
}

const KEYS = ['weights', 'rows', 'moments', 'sparsity', 'method', 'scope', 'pattern'];
