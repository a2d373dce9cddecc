import type { Notice } from '@synaprune/core';
import type { HeldGroup, ShrunkGroup } from '@synaprune/onnx-shrink';
import type { OutputAgreement } from '@synaprune/refit';
import type { Measured } from '../compare/compare-onnx.js';

/** What of a layer's dense outputs is missed, as a share of their energy: 0 where they are equal, 1 where nothing is left. */
export interface RefitError {
  /** Pruned, and fed by the layers before it as they are now. */
  readonly before: number;
  /** Refitted as well. */
  readonly after: number;
}

/** One weight of a {@link CompressReport}. */
export interface CompressedLayer {
  readonly name: string;
  readonly shape: readonly number[];
  readonly elements: number;
  /** Elements that are left, zeros not counted. */
  readonly kept: number;
  /** Undefined where nothing was refitted. */
  readonly error: RefitError | undefined;
}

/** What became of a model. */
export interface CompressReport {
  readonly before: Measured;
  readonly after: Measured;
  /** How many times faster the result is. */
  readonly speedup: number;
  /** How much the result answers held-back samples as the dense model does, in [0, 1]. */
  readonly agreement: number;
  /** The share of held-back samples answered as before at every position. */
  readonly sameSamples: number;
  /** Samples that were calibrated by, and that it was measured on. */
  readonly samples: { readonly calibration: number; readonly heldBack: number };
  readonly outputs: readonly OutputAgreement[];
  /** Weights that were pruned or refitted, in the order of the model. */
  readonly layers: readonly CompressedLayer[];
  /** The groups of channels, with what stays of each; none where single weights go. */
  readonly groups: readonly ShrunkGroup[];
  /** Elements that are gone: zeros, or cut from their tensors. */
  readonly removed: { readonly elements: number; readonly of: number };
  /** What had to stay, and why. */
  readonly held: readonly Pick<HeldGroup, 'name' | 'heldBy'>[];
  readonly notices: readonly Notice[];
}
