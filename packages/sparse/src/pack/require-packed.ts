import { describe, isRecord } from '@synaprune/core/checks';
import type { SparseWeights } from './sparse-weights.js';

/** @throws TypeError for what `packSparse` never gave, such as the values themselves */
export function requirePacked(caller: string, packed: unknown): asserts packed is SparseWeights {
  if (isRecord(packed) && Array.isArray(packed.shape) && packed.values instanceof Float32Array) return;
  throw new TypeError(`${caller} needs weights from packSparse, got ${describe(packed)}`);
}
