import type { BatchData } from '@synaprune/onnxruntime';

/** Numbers with their shape, row-major, as a file held them. */
export interface InputArray {
  readonly data: BatchData;
  readonly dims: readonly number[];
}
