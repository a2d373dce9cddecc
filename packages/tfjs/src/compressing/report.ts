import type { Notice } from '@synaprune/core';
import type { OutputAgreement } from '@synaprune/refit';
import type { ShrinkReport } from '@synaprune/tfjs-files';
import type { MeasuredModel } from '../comparing/compare-models.js';

/** What of a layer's dense outputs is missed, as a share of their energy: 0 where they are equal, 1 where nothing is left. */
export interface RefitError {
  /** Pruned, and fed by the layers before it as they are now. */
  readonly before: number;
  /** Refitted as well. */
  readonly after: number;
}

/** One weight of a {@link CompressReport}. */
export interface CompressedLayer {
  /** As it is saved: `dense/kernel`. */
  readonly name: string;
  readonly shape: readonly number[];
  readonly elements: number;
  /** Elements that are left, zeros not counted. */
  readonly kept: number;
  /** Of the layer that the weight belongs to, all its weights together; undefined where nothing was refitted. */
  readonly error: RefitError | undefined;
}

/** What became of a model. */
export interface CompressReport {
  readonly before: MeasuredModel;
  readonly after: MeasuredModel;
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
  /** Elements that are gone: zeros, or cut from their tensors. */
  readonly removed: { readonly elements: number; readonly of: number };
  /** What had to stay, and why. */
  readonly held: readonly { readonly name: string; readonly heldBy: string }[];
  /** Of `unit: 'channel'`: the channels that stand side by side, and which of them stay. */
  readonly groups: ShrinkReport['groups'];
  /** Of `unit: 'channel'`: what shrinking did. */
  readonly shrunk?: ShrinkReport;
  readonly notices: readonly Notice[];
}
