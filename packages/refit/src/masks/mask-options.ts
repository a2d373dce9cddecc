import { type PatternOption, PruneError } from '@synaprune/core';
import {
  describe,
  isRecord,
  requireChoice,
  requireFraction,
  requireOptions,
  requireWhole,
} from '@synaprune/core/checks';
import type { RefitKernels } from '../kernels/kernels.js';
import { defaultKernels } from '../kernels/wasm-kernels.js';
import { requireFiniteNumbers } from '../moments/finite.js';
import { type Moments, requireMoments, requireSamples } from '../moments/moments.js';
import type { Watched } from '../watch.js';

/** What `chooseMask` is told. */
export interface MaskOptions extends Watched {
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
   * (Sun et al. 2023). `obc`: one after the other, each time the weight whose loss costs least once those that stay have
   * made up for it (Frantar & Alistarh 2022); it takes time by the cube of the inputs, a row, and patterns of single
   * weights and N of M.
   *
   * @see https://arxiv.org/abs/2306.11695
   * @see https://arxiv.org/abs/2208.11580
   */
  readonly method: 'magnitude' | 'wanda' | 'obc';
  /** Whether every row loses the same share (unless told), or the weight as a whole. */
  readonly scope?: 'row' | 'weight';
  /**
   * What goes as one, on the axes of `[rows, features]`; single weights unless told. Where rows lose alike, a block or
   * group lies within a row.
   */
  readonly pattern?: PatternOption;
  /**
   * How often, at most, a row swaps a dropped weight with a kept one where that lowers the layer's error: 0 unless told.
   * Of N of M within a group; other patterns than that and single weights have none.
   *
   * @see https://arxiv.org/abs/2512.10922
   */
  readonly swaps?: number;
  /** The loops over memory: the fastest there are, unless told. */
  readonly kernels?: RefitKernels;
}

/** Options with every default filled in and every value checked. */
export type CheckedMask = ReturnType<typeof checkMask>;

/** @throws TypeError | RangeError | PruneError as `chooseMask` says */
export function checkMask(options: MaskOptions): {
  readonly weights: Float32Array;
  readonly rows: number;
  readonly features: number;
  readonly moments: Moments | undefined;
  readonly sparsity: number;
  readonly method: MaskOptions['method'];
  readonly scope: 'row' | 'weight';
  readonly pattern: PatternOption;
  readonly swaps: number;
  readonly kernels: RefitKernels;
} {
  requireOptions('chooseMask', '', options, KEYS);
  const { weights, rows, moments, sparsity, method, scope = 'row', pattern = { kind: 'element' } } = options;
  const { swaps = 0, kernels = defaultKernels() } = options;
  requireWhole('chooseMask', 'swaps', swaps);
  requireWhole('chooseMask', 'rows', rows, 1);
  requireFraction('chooseMask', 'sparsity', sparsity);
  requireChoice('chooseMask', 'method', method, ['magnitude', 'wanda', 'obc']);
  requireChoice('chooseMask', 'scope', scope, ['row', 'weight']);
  if (!(weights instanceof Float32Array)) {
    throw new TypeError(`chooseMask needs weights to be a Float32Array, got ${describe(weights)}`);
  }
  const features = weights.length / rows;
  if (moments !== undefined) requireMoments('chooseMask', moments);
  if (method !== 'magnitude' || swaps > 0) {
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
  // Other patterns are for core to look at.
  if (!isRecord(pattern) || pattern.kind === 'element') {
    requireOptions('chooseMask', 'pattern', pattern, ['kind']);
  }
  const { kind } = pattern;
  if ((method === 'obc' || swaps > 0) && kind !== 'element' && kind !== 'n:m') {
    throw new PruneError(
      'unsupported',
      `chooseMask needs the pattern element or n:m for ${method === 'obc' ? 'method obc' : 'swaps'}, got ${describe(kind)}`,
    );
  }
  return { weights, rows, features, moments, sparsity, method, scope, pattern, swaps, kernels };
}

const KEYS = [
  'weights',
  'rows',
  'moments',
  'sparsity',
  'method',
  'scope',
  'pattern',
  'swaps',
  'kernels',
  'signal',
  'onProgress',
];
