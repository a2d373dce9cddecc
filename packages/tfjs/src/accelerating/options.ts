import type { Select } from '@synaprune/core';
import { requireOptions, requireWhole } from '@synaprune/core/checks';
import type { ModelBatch } from '../inputs/model-batches.js';

/** What `accelerate` is told. */
export interface AccelerateOptions {
  /** Samples of noise that are timed: 1 unless told. Models that take so many at once, and no others, are given those. */
  readonly batch?: number;
  /** What is timed in its place: one batch. It stays the caller's. */
  readonly inputs?: ModelBatch;
  /** Of the noise; 0 unless told. */
  readonly seed?: number;
  /** Which kernels may run packed: all unless told. */
  readonly select?: Select;
}

const OPTIONS = ['batch', 'inputs', 'seed', 'select'];

/** @throws TypeError | RangeError when an option is unknown, or has a wrong type or value */
export function requireAccelerateOptions(caller: string, options: AccelerateOptions): void {
  requireOptions(caller, '', options as unknown, OPTIONS, {
    samples: 'it is batch',
    batchSize: 'it is batch',
  });
  const { batch = 1, seed = 0, inputs } = options;
  requireWhole(caller, 'batch', batch, 1);
  requireWhole(caller, 'seed', seed);
  if (inputs !== undefined && options.batch !== undefined) {
    throw new TypeError(`${caller} needs batch or inputs, got both: a batch is samples of noise`);
  }
}
