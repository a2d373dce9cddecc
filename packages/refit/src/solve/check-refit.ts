import { packedLength } from '@synaprune/core';
import { describe, requireFinite, requireOptions, requireWhole } from '@synaprune/core/checks';
import type { RefitKernels } from '../kernels/kernels.js';
import { defaultKernels } from '../kernels/wasm-kernels.js';
import { requireFiniteNumbers } from '../moments/finite.js';
import { type Moments, requireMoments, requireSamples } from '../moments/moments.js';
import type { Watched } from '../watch.js';
import { DAMPING } from './damping.js';

/** What `refitRows` is told. */
export interface RefitOptions extends Watched {
  /** What is left of the layer, `[rows, features]`, row-major; what the mask drops is not looked at. */
  readonly weights: Float32Array;
  /**
   * The dense layer, `[rows, denseFeatures]`: of its outputs those that are left. Left out where the dense outputs
   * themselves were added to the moments (`dense: 'outputs'`), a row each.
   */
  readonly dense?: Float32Array;
  /** Outputs of the layer. */
  readonly rows: number;
  readonly moments: Moments;
  /** Packed bits of `[rows, features]`, as `chooseMask` gives them. Without one every weight may change. */
  readonly mask?: Uint8Array;
  /** How strongly weights are held where they are, of the mean of the Gram matrix's diagonal; 0.01 unless told. */
  readonly damping?: number;
  /** The loops over memory: the fastest there are, unless told. */
  readonly kernels?: RefitKernels;
}

const CALLER = 'refitRows';
const KEYS = ['weights', 'dense', 'rows', 'moments', 'mask', 'damping', 'kernels', 'signal', 'onProgress'];

/** @throws TypeError | RangeError | PruneError as `refitRows` says */
export function checkRefit(options: RefitOptions): {
  readonly weights: Float32Array;
  readonly dense: Float32Array | undefined;
  readonly rows: number;
  readonly moments: Moments;
  readonly mask: Uint8Array | undefined;
  readonly damping: number;
  readonly kernels: RefitKernels;
} {
  requireOptions(CALLER, '', options, KEYS);
  const { weights, dense, rows, moments, mask, damping = DAMPING, kernels = defaultKernels() } = options;
  requireWhole(CALLER, 'rows', rows, 1);
  requireMoments(CALLER, moments);
  requireSamples(CALLER, moments);
  requireFinite(CALLER, 'damping', damping);
  if (damping < 0) throw new RangeError(`${CALLER} needs damping of at least 0, got ${damping}`);
  requireRows('weights', weights, rows, moments.features);
  if (moments.dense === 'inputs') requireRows('dense', dense, rows, moments.denseFeatures);
  else requireOutputs(dense, rows, moments.denseFeatures);
  if (mask !== undefined) requireMask(mask, rows * moments.features);
  return { weights, dense, rows, moments, mask, damping, kernels };
}

function requireRows(field: string, numbers: unknown, rows: number, features: number): void {
  if (!(numbers instanceof Float32Array)) {
    throw new TypeError(`${CALLER} needs ${field} to be a Float32Array, got ${describe(numbers)}`);
  }
  if (numbers.length !== rows * features) {
    throw new RangeError(
      `${CALLER} needs ${field} of ${rows} rows of ${features} features, got ${numbers.length} numbers`,
    );
  }
  requireFiniteNumbers(CALLER, field, numbers, features);
}

function requireOutputs(dense: unknown, rows: number, outputs: number): void {
  if (dense !== undefined) {
    throw new TypeError(`${CALLER} takes no dense where the moments hold the dense outputs themselves`);
  }
  if (rows !== outputs) {
    throw new RangeError(
      `${CALLER} needs a row for each of the ${outputs} outputs in the moments, got ${rows}`,
    );
  }
}

function requireMask(mask: unknown, elements: number): void {
  if (!(mask instanceof Uint8Array)) {
    throw new TypeError(`${CALLER} needs mask to be packed bits in a Uint8Array, got ${describe(mask)}`);
  }
  if (mask.length !== packedLength(elements)) {
    throw new RangeError(
      `${CALLER} needs mask of ${packedLength(elements)} bytes for ${elements} weights, got ${mask.length}`,
    );
  }
}
