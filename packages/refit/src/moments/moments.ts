import { PruneError } from '@synaprune/core';
import { describe, isRecord } from '@synaprune/core/checks';

/**
 * What a layer's inputs say of its weights: sums of products over samples, of the inputs that the pruned model gives
 * (p, with a 1 behind them where `constant`) and of those that the dense model gives (d). Matrices are row-major.
 */
export interface Moments {
  /** Inputs of the pruned layer. */
  readonly features: number;
  /** Inputs of the dense layer; or its outputs, where those were added. */
  readonly denseFeatures: number;
  /** Whether a 1 stands behind the pruned inputs, so that a refit finds what to add to the bias. */
  readonly constant: boolean;
  /** What was added for the dense layer: its inputs, or its outputs. */
  readonly dense: 'inputs' | 'outputs';
  readonly samples: number;
  /** Rows of `gram` and `cross`: `features`, and one more with `constant`. */
  readonly size: number;
  /** Σ p pᵀ, `[size, size]`. */
  readonly gram: Float64Array;
  /** Σ p dᵀ, `[size, denseFeatures]`. */
  readonly cross: Float64Array;
  /** Σ d dᵀ, `[denseFeatures, denseFeatures]`; of outputs only its diagonal, `[denseFeatures]`. */
  readonly denseGram: Float64Array;
}

/** @throws TypeError unless it is what {@link Moments} describes */
export function requireMoments(caller: string, moments: unknown): asserts moments is Moments {
  const fits = isRecord(moments) && areMoments(moments as unknown as Moments);
  if (fits) return;
  throw new TypeError(
    `${caller} needs moments to be what finish() of createMoments returns, got ${describe(moments)}`,
  );
}

function areMoments({
  features,
  denseFeatures,
  size,
  constant,
  gram,
  cross,
  denseGram,
  dense,
}: Moments): boolean {
  return (
    size === features + Number(constant) &&
    gram instanceof Float64Array &&
    gram.length === size * size &&
    cross instanceof Float64Array &&
    cross.length === size * denseFeatures &&
    denseGram instanceof Float64Array &&
    denseGram.length === (dense === 'outputs' ? denseFeatures : denseFeatures ** 2)
  );
}

/** @throws PruneError `no-samples` where nothing was added */
export function requireSamples(caller: string, { samples }: Moments): void {
  if (samples > 0) return;
  throw new PruneError(
    'no-samples',
    `${caller} needs moments of at least one sample, got 0: add() some first`,
  );
}
