/* The messages of ONNX 1.20, so that there is one copy and one version of them. */
export { clone, create, isFieldSet } from '@bufbuild/protobuf';
export {
  type AttributeProto,
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  type FunctionProto,
  FunctionProtoSchema,
  type GraphProto,
  GraphProtoSchema,
  type ModelProto,
  ModelProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  type OperatorSetIdProto,
  OperatorSetIdProtoSchema,
  type SparseTensorProto,
  SparseTensorProtoSchema,
  type StringStringEntryProto,
  StringStringEntryProtoSchema,
  type TensorProto,
  TensorProto_DataLocation,
  TensorProto_DataType,
  TensorProtoSchema,
  type TensorShapeProto,
  type TensorShapeProto_Dimension,
  TensorShapeProto_DimensionSchema,
  TensorShapeProtoSchema,
  type TypeProto,
  TypeProto_TensorSchema,
  TypeProtoSchema,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from 'onnx-buf';
export type { DataType } from './elements/element-type.js';
export type { OnnxErrorCode } from './error-codes.js';
export { embedExternalData } from './external/embed.js';
export type { ExternalData } from './external/given-files.js';
export { decodeModel, encodeModel } from './messages/codec.js';
export { tensorFromFloat32, tensorToFloat32 } from './messages/tensors.js';
export { type PrunedOnnx, pruneOnnx } from './pruning/prune-onnx.js';
export type { PruneOnnxOptions } from './pruning/prune-options.js';
export type { OnnxReport, OnnxWeightReport } from './pruning/report.js';
export {
  type QuantizedOnnx,
  type QuantizedWeightReport,
  type QuantizeOnnxOptions,
  type QuantizeReport,
  quantizeOnnx,
} from './quantising/quantize-onnx.js';
export type { WeightUse } from './roles/assign.js';
export type { WeightRole } from './roles/table/role.js';
export { findWeights, type OnnxWeight, type WeightOptions } from './weights/find-weights.js';
export { replaceWeights } from './weights/replace-weights.js';
