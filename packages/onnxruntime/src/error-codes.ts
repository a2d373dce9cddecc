import type { ShrinkErrorCode } from '@synaprune/onnx-shrink';
import type { RefitErrorCode } from '@synaprune/refit';
import type { WebgpuErrorCode } from '@synaprune/webgpu';

/**
 * The codes of `PruneError` that this package throws, beside those of the packages it stands on.
 *
 * | code | what happened |
 * |---|---|
 * | `no-dropout` | there is no dropout with effect that pruning could stand in the place of |
 * | `teacher-mismatch` | a teacher and the model that learns of it have different inputs or outputs |
 */
export type OnnxruntimeErrorCode =
  | ShrinkErrorCode
  | RefitErrorCode
  | WebgpuErrorCode
  | 'no-dropout'
  | 'teacher-mismatch';
