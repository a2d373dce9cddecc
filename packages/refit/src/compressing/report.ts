import type { Notice } from '@synaprune/core';
import type { OutputAgreement } from '../agreement/agreement.js';

/** What one of two models takes. */
export interface Measured {
  /** Length of its files. */
  readonly bytes: number;
  /** Median of a run. */
  readonly milliseconds: number;
}

/** How two models compare. */
export interface Comparison {
  readonly before: Measured;
  readonly after: Measured;
  /** How many times faster the second one is: the median over the rounds of the timing. */
  readonly speedup: number;
  /** How much the answers agree, in [0, 1]: that of the output that agrees least, or the mean of the metric. */
  readonly agreement: number;
  /** The share of samples answered as before at every position of every output. */
  readonly sameSamples: number;
  /** Samples that were answered. */
  readonly samples: number;
  readonly outputs: readonly OutputAgreement[];
  /** `noise-inputs` where no inputs were given. */
  readonly notices: readonly Notice[];
}

/** What of a layer's dense outputs is missed, as a share of their energy: 0 where they are equal, 1 where nothing is left. */
export interface RefitError {
  /** Pruned, and fed by the layers before it as they are now. */
  readonly before: number;
  /** Refitted as well. */
  readonly after: number;
}

/** One weight of a {@link CompressReport}. */
export interface CompressedLayer {
  /** As it is saved. */
  readonly name: string;
  readonly shape: readonly number[];
  readonly elements: number;
  /** Elements that are left, zeros not counted. */
  readonly kept: number;
  /** Of the layer that the weight belongs to; undefined where nothing was refitted. */
  readonly error: RefitError | undefined;
}

/** What became of a model, measured on samples that nothing was calibrated by. Adapters add what channels are of. */
export interface CompressReport extends Omit<Comparison, 'samples'> {
  /** Samples that were calibrated by, and that it was measured on. */
  readonly samples: { readonly calibration: number; readonly heldBack: number };
  /** Weights that were pruned or refitted, in the order of the model. */
  readonly layers: readonly CompressedLayer[];
  /** Elements that are gone: zeros, or cut from their tensors. */
  readonly removed: { readonly elements: number; readonly of: number };
  /** What had to stay, and why; where channels go, of how many. */
  readonly held: readonly { readonly name: string; readonly heldBy: string; readonly channels?: number }[];
  readonly notices: readonly Notice[];
}
