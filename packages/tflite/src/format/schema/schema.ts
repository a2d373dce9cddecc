import { readFields, type TableFields, type Unions } from './field.js';
import { builtinOptions, builtinOptions2 } from './options.js';

const unions: Unions = {
  BuiltinOptions: Object.keys(builtinOptions),
  BuiltinOptions2: Object.keys(builtinOptions2),
  QuantizationDetails: ['CustomQuantization', 'BlockwiseQuantization', 'MultiAxisQuantization'],
  SparseIndexVector: ['Int32Vector', 'Uint16Vector', 'Uint8Vector'],
};

const tables: Readonly<Record<string, string>> = {
  Model:
    'version:uint32 operatorCodes:[OperatorCode] subgraphs:[SubGraph] description:text buffers:[Buffer] ' +
    'metadataBuffer:[int32] metadata:[Metadata] signatures:[SignatureDef] ' +
    'externalBufferGroups:[ExternalBufferGroup] externalBuffers:[ExternalBuffer]',
  OperatorCode: 'deprecatedCode:int8 customCode:text version:int32 code:int32',
  SubGraph:
    'tensors:[Tensor] inputs:[int32] outputs:[int32] operators:[Operator] name:text debugMetadata:int32',
  Tensor:
    'shape:[int32] type:int8 buffer:uint32 name:text quantization:QuantizationParameters isVariable:bool ' +
    'sparsity:SparsityParameters shapeSignature:[int32] hasRank:bool variantTensors:[VariantSubType] ' +
    'externalBuffer:uint32',
  Operator:
    'opcodeIndex:uint32 inputs:[int32] outputs:[int32] optionsType:uint8 options:BuiltinOptions ' +
    'customOptions:[uint8] customOptionsFormat:int8 mutatingVariableInputs:[bool] intermediates:[int32] ' +
    'largeCustomOptionsOffset:uint64 largeCustomOptionsSize:uint64 options2Type:uint8 options2:BuiltinOptions2 ' +
    'debugMetadata:int32',
  Buffer: 'data:[uint8] offset:uint64 size:uint64',
  QuantizationParameters:
    'min:[float32] max:[float32] scale:[float32] zeroPoint:[int64] detailsType:uint8 ' +
    'details:QuantizationDetails quantizedDimension:int32',
  CustomQuantization: 'custom:[uint8]',
  BlockwiseQuantization: 'scales:int32 zeroPoints:int32 blockSize:int32',
  MultiAxisQuantization: 'scales:int32 zeroPoints:int32 blockSize:int32 dimensions:[int32]',
  SparsityParameters: 'traversalOrder:[int32] blockMap:[int32] dimensions:[DimensionMetadata]',
  DimensionMetadata:
    'format:int8 denseSize:int32 segmentsType:uint8 segments:SparseIndexVector indicesType:uint8 ' +
    'indices:SparseIndexVector',
  Int32Vector: 'values:[int32]',
  Uint16Vector: 'values:[uint16]',
  Uint8Vector: 'values:[uint8]',
  VariantSubType: 'shape:[int32] type:int8 hasRank:bool',
  Metadata: 'name:text buffer:uint32',
  SignatureDef:
    'inputs:[TensorMap] outputs:[TensorMap] signatureKey:text deprecatedTag:text subgraphIndex:uint32',
  TensorMap: 'name:text tensorIndex:uint32',
  ExternalBufferGroup: 'name:text',
  ExternalBuffer: 'id:uint32 group:uint32 offset:uint64 length:uint64 packing:text',
  ...builtinOptions,
  ...builtinOptions2,
};

/** Every table of version 3 of the schema, by its name there. */
export const schema: ReadonlyMap<string, TableFields> = new Map(
  Object.entries(tables).map(([name, text]) => [name, readFields(text, unions)]),
);
