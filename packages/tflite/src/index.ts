export type { TfliteErrorCode } from './error-codes.js';
export { lintTflite } from './lint/lint-tflite.js';
export type { TfliteLayer, TfliteLint } from './lint/report.js';
export type { DataType } from './model/element-type.js';
export type { PruneTfliteOptions } from './pruning/prune-options.js';
export { type PrunedTflite, pruneTflite } from './pruning/prune-tflite.js';
export type { TfliteChange, TfliteReport, TfliteSparsity, TfliteWeightReport } from './pruning/report.js';
export type { WeightRole, WeightUse } from './roles/role.js';
export { findTfliteWeights, type TfliteWeight, type TfliteWeightOptions } from './weights/find-weights.js';
