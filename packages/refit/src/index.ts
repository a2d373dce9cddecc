export {
  type Agreement,
  type AgreementMetric,
  type AgreementOptions,
  type AgreementTally,
  createAgreement,
  type OutputAgreement,
} from './agreement/agreement.js';
export type { Answer, AnswerData, AnswerKind, Answers } from './agreement/answers.js';
export { heldBackCount, holdBack, noiseNotice, noneHeldBack } from './compressing/hold-back.js';
export type {
  Comparison,
  CompressedLayer,
  CompressReport,
  Measured,
  RefitError,
} from './compressing/report.js';
export {
  type SharedSparsity,
  type SharedWeight,
  type SharingOptions,
  shareSparsity,
} from './compressing/share-sparsity.js';
export { type Rounds, type Times, timeInTurn } from './compressing/time-in-turn.js';
export type { RefitErrorCode } from './error-codes.js';
export type { Groups, Products, RefitKernels, Remover, Solver } from './kernels/kernels.js';
export { scriptKernels } from './kernels/script-kernels.js';
export { createWasmKernels } from './kernels/wasm-kernels.js';
export { chooseMask } from './masks/choose-mask.js';
export type { MaskOptions } from './masks/mask-options.js';
export { type ConvolutionColumnsOptions, columnsOfConvolution } from './moments/columns-of-convolution.js';
export { createMoments, type MomentsBuilder, type MomentsOptions } from './moments/create-moments.js';
export type { Moments } from './moments/moments.js';
export type { SensitivityCurve, SensitivityLevel } from './sensitivity/curves.js';
export {
  keepBySensitivity,
  type SensitivityOptions,
  sensitivityDistribution,
} from './sensitivity/distribute.js';
export type { RefitOptions } from './solve/check-refit.js';
export { DAMPING, dampingFor } from './solve/damping.js';
export { type Refit, refitRows } from './solve/refit-rows.js';
export { type Rescaled, type RescaleOptions, rescaleRows } from './solve/rescale-rows.js';
export type { RefitProgress, Watched } from './watch.js';
