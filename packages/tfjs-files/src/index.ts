export {
  type ChannelOptions,
  type Importance,
  type ListedGroups,
  reportTable,
  type ShrinkOptions,
  type ShrinkReport,
  type ShrinkTarget,
} from '@synaprune/axes';
export type {
  Quantization,
  ShardGroup,
  TfjsArtifacts,
  TfjsFileArtifacts,
  TfjsFileSpec,
  WeightDtype,
  WeightSpec,
} from './artifacts/artifacts.js';
export { type Quantised, quantiseValues } from './elements/quantise.js';
export { writeTfjsWeights } from './elements/write-weights.js';
export type { TfjsFilesErrorCode } from './error-codes.js';
export { decodeTfjs, type TfjsShards } from './files/decode-tfjs.js';
export { type EncodeTfjsOptions, encodeTfjs, type TfjsFiles } from './files/encode-tfjs.js';
export type { TfjsProduct } from './products/product.js';
export { tfjsProducts } from './products/tfjs-products.js';
export type { PruneTfjsOptions } from './pruning/prune-options.js';
export { type PrunedTfjs, pruneTfjs } from './pruning/prune-tfjs.js';
export type { TfjsReport, TfjsWeightReport } from './pruning/report.js';
export {
  type QuantizedTfjs,
  type QuantizeTfjsOptions,
  type QuantizeTfjsReport,
  quantizeTfjs,
} from './quantising/quantize-tfjs.js';
export type { WeightRole, WeightUse } from './roles/role.js';
export { type ShrunkTfjs, shrinkArtifacts, shrinkTfjs, tfjsChannelGroups } from './shrink/shrink-tfjs.js';
export { findTfjsWeights, type TfjsWeight, type TfjsWeightOptions } from './weights/find-weights.js';
