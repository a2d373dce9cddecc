import type { AxesErrorCode } from '@synaprune/axes';
import type { OnnxErrorCode } from '@synaprune/onnx';

/** The codes of `PruneError` that this package throws: those of the packages it stands on. */
export type ShrinkErrorCode = AxesErrorCode | OnnxErrorCode;
