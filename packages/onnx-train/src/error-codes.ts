import type { OnnxErrorCode } from '@synaprune/onnx';

/**
 * The codes of `PruneError` that this package throws, beside those of the packages it stands on.
 *
 * | code | what happened |
 * |---|---|
 * | `adapter-mismatch` | saved adapters are of another model than they were given with |
 *
 * @see docs/errors.md
 */
export type OnnxTrainErrorCode = OnnxErrorCode | 'adapter-mismatch';
