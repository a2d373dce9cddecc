import * as tf from '@tensorflow/tfjs-core';
import type { FoundLayer } from './find-layers.js';
import { stationOf } from './machine/station.js';
import { isActive } from './packed/packed-tensors.js';
import { readValues } from './packed/packed-weight.js';
import { type Counts, countKept, sparsityOf } from './packed/packing.js';
import type { Stage } from './program/stage.js';
import type { AcceleratedLayer } from './report.js';

/** A layer with kernels, while its model is accelerated. */
export interface LiveLayer {
  readonly found: FoundLayer;
  /** Elements of its kernels. */
  counts(): readonly Counts[];
  describe(): Pick<AcceleratedLayer, 'sparsity' | 'kernel' | 'why'>;
  /** It as stages of a program; `undefined` where it is none. */
  stages(): Stage[] | undefined;
  release(): void;
}

/** Leaves a layer as it is. */
export function leaveDense(found: FoundLayer, why: string): LiveLayer {
  const counts = found.kernels.map(({ weight }) => ({
    elements: weight.size,
    kept: countKept(readValues(weight)),
  }));
  return {
    found,
    counts: () => counts,
    describe: () => ({ sparsity: sparsityOf(counts), kernel: 'dense', why }),
    stages: () => undefined,
    release() {},
  };
}

/** Whether what is called now may use packed weights. */
export function isInference(kwargs?: { readonly training?: unknown } | null): boolean {
  return isActive() && kwargs?.training !== true && stationOf(tf.backend()) !== undefined;
}
