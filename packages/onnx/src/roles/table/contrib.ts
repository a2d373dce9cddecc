import { all, convolution, type Inputs, matrix, recurrent, scaled } from './inputs.js';

/*
 * Operators of ONNX Runtime's own, `com.microsoft`. Every row was held against `docs/ContribOperators.md` of
 * microsoft/onnxruntime at commit 004b79eda305, which its build writes from the schemas; contrib.test.ts runs some of
 * them in onnxruntime-node 1.30.0.
 */

/** Scale and zero point of a value, and those of a result. */
const rescaled = all('quantisation', 1, 2, 3, 4);
/** Those of two values and of a result. */
const rescaledPair = all('quantisation', 1, 2, 4, 5, 6, 7);

/** By operator and input. Names that are also ONNX's own mean what is here only in `com.microsoft`. */
export const contrib: Readonly<Record<string, Inputs | undefined>> = {
  FusedConv: convolution,
  NhwcConv: convolution,
  NhwcFusedConv: convolution,
  ConvTransposeWithDynamicPads: { 1: 'kernel', 3: 'bias' },
  CausalConvWithState: { ...convolution, 3: 'state' },
  VarlenCausalConvWithState: { 1: 'kernel', 3: 'bias', 4: 'state' },
  WordConvEmbedding: { 1: 'kernel', 2: 'bias', 3: 'embedding' },

  FusedGemm: { ...matrix, 2: 'bias' },
  FusedMatMul: matrix,
  FusedMatMulActivation: matrix,
  TransposeMatMul: matrix,
  SparseToDenseMatMul: matrix,
  GemmFastGelu: { ...matrix, 2: 'bias' },
  GemmFloat8: { ...matrix, 2: 'bias', ...all('quantisation', 3, 4, 5) },
  MoE: { ...all('kernel', 2, 4, 6), ...all('bias', 3, 5, 7) },

  Attention: { 1: 'kernel', 2: 'bias', 5: 'setting' },
  PackedAttention: { 1: 'kernel', 2: 'bias', 5: 'setting' },
  DecoderMaskedSelfAttention: { 1: 'kernel', 2: 'bias', 5: 'setting' },
  DecoderAttention: { 2: 'kernel', 3: 'kernel', 4: 'bias' },
  LongformerAttention: { 1: 'kernel', 2: 'bias', 3: 'setting', 4: 'kernel', 5: 'bias' },
  // These take query, key and value ready: what they hold is a bias.
  MultiHeadAttention: { 3: 'bias', 5: 'setting' },
  PackedMultiHeadAttention: { 3: 'bias', 6: 'setting' },
  DecoderMaskedMultiHeadAttention: { 4: 'setting', 10: 'bias' },
  // Tables of rotations, what is added to the scores, a learned sink of each head, norms of query and key.
  GroupQueryAttention: {
    ...all('setting', 7, 8, 10),
    11: 'bias',
    ...all('quantisation', 12, 13),
    ...all('normalisation', 14, 15),
  },
  PagedAttention: {
    ...all('setting', 8, 9),
    11: 'bias',
    ...all('normalisation', 12, 13),
    ...all('quantisation', 14, 15),
  },
  SparseAttention: all('setting', 9, 10),
  RotaryEmbedding: all('setting', 2, 3),
  MRotaryEmbedding: all('setting', 2, 3),
  RelativePositionBias: { 0: 'embedding' },
  GatedRelativePositionBias: { 1: 'bias', 3: 'kernel', 4: 'bias', 5: 'scale' },
  LinearAttention: { 3: 'state' },
  LinearAttentionGate: { 1: 'bias', 2: 'scale' },
  GatedDeltaNet: { 6: 'state', 7: 'scale', 8: 'bias' },
  AttnLSTM: { ...recurrent, ...all('kernel', 8, 9, 10, 13) },

  SkipLayerNormalization: { 2: 'normalisation', 3: 'normalisation', 4: 'bias' },
  SkipSimplifiedLayerNormalization: { 2: 'normalisation', 3: 'bias' },
  EmbedLayerNormalization: { ...all('embedding', 2, 3, 4), ...all('normalisation', 5, 6) },
  GroupNorm: scaled,
  SkipGroupNorm: { ...scaled, 4: 'bias' },
  GatedRMSNorm: { 1: 'normalisation' },
  EngramGate: all('normalisation', 3, 4, 5),

  BiasGelu: { 1: 'bias' },
  FastGelu: { 1: 'bias' },
  BiasAdd: { 1: 'bias' },
  BiasDropout: { 1: 'bias', 3: 'setting' },
  BitmaskBiasDropout: { 1: 'bias', 3: 'setting' },
  BitmaskDropout: { 1: 'setting' },
  BiasSplitGelu: { 1: 'bias' },
  BiasSoftmax: { 1: 'setting' },
  CropAndResize: { 1: 'setting' },
  TorchEmbedding: { 0: 'embedding' },
  BeamSearch: all('setting', 5, 6),
  WhisperBeamSearch: all('setting', 5, 6, 14),
  GreedySearch: { 3: 'setting' },
  Sampling: { 3: 'setting' },

  QAttention: { 1: 'kernel', 2: 'bias', ...all('quantisation', 3, 4, 6, 7) },
  QGemm: { 0: 'kernel', 3: 'kernel', 6: 'bias', ...all('quantisation', 1, 2, 4, 5, 7, 8) },
  DynamicQuantizeMatMul: { 1: 'kernel', 4: 'bias', ...all('quantisation', 2, 3) },
  MatMulIntegerToFloat: { ...matrix, 6: 'bias', ...all('quantisation', 2, 3, 4, 5) },
  MatMulInteger16: matrix,
  MulInteger: all('quantisation', 1, 3),
  DynamicQuantizeLSTM: { ...recurrent, ...all('quantisation', 8, 9, 10, 11) },
  QEmbedLayerNormalization: {
    ...all('embedding', 2, 3, 4),
    ...all('normalisation', 5, 6),
    ...all('quantisation', 8, 9, 10, 11, 12, 13, 14, 15, 16, 17),
  },
  QLinearAdd: rescaledPair,
  QLinearMul: rescaledPair,
  QLinearWhere: all('quantisation', 2, 3, 5, 6, 7, 8),
  QLinearAveragePool: rescaled,
  QLinearGlobalAveragePool: rescaled,
  QLinearLeakyRelu: rescaled,
  QLinearReduceMean: rescaled,
  QLinearSigmoid: rescaled,
  QLinearSoftmax: rescaled,
  QOrderedMatMul: { 2: 'kernel', 5: 'bias', ...all('quantisation', 1, 3, 4, 7) },
  QOrderedAttention: {
    ...all('kernel', 5, 6, 7),
    ...all('bias', 11, 12, 13),
    ...all('quantisation', 1, 2, 3, 4, 8, 9, 10, 14, 15, 16),
    19: 'setting',
  },
  QOrderedLongformerAttention: {
    ...all('kernel', 2, 8),
    ...all('bias', 4, 10),
    ...all('quantisation', 1, 3, 5, 6, 9, 11, 13),
    7: 'setting',
  },
  QOrderedLayerNormalization: { ...all('normalisation', 2, 3), ...all('quantisation', 1, 4) },
  QOrderedGelu: all('quantisation', 1, 2),
  QuantizeWithOrder: { 1: 'quantisation' },
  DequantizeWithOrder: { 1: 'quantisation' },

  MatMulNBits: { 1: 'kernel', 5: 'bias', ...all('quantisation', 2, 3) },
  MatMulNBitsMlp: {
    2: 'normalisation',
    ...all('kernel', 3, 6),
    ...all('quantisation', 4, 7),
    ...all('bias', 5, 8),
  },
  MatMulNBitsQkv: {
    2: 'normalisation',
    ...all('kernel', 3, 6, 9),
    ...all('quantisation', 4, 7, 10),
    ...all('bias', 5, 8, 11),
  },
  MatMulBnb4: { 1: 'kernel', 2: 'quantisation' },
  MatMulFpQ4: { 1: 'kernel' },
  MatMulBlockQuantizedFp4Weight: { 1: 'kernel', ...all('quantisation', 2, 3, 4), 5: 'bias' },
  MatMulBlockQuantizedFp8Weight: { 1: 'kernel', ...all('quantisation', 2, 3), 4: 'bias' },
  QMoE: {
    ...all('kernel', 2, 5, 8),
    ...all('bias', 4, 7, 10),
    ...all('quantisation', 3, 6, 9, 11, 12, 13, 15, 16, 17, 18, 19, 20),
  },
  GatherBlockQuantized: { 0: 'embedding', ...all('quantisation', 2, 3) },
};

const FEW_BITS = 'numbers of a few bits packed in blocks: prune the model before it is quantised';
/** Why a kernel is left that an optimiser ordered. */
export const ORDERED = 'ordered for one kind of machine: prune the model before it is optimised';

/** Why an element of a kernel at these operators is no number of its own, or lies where nobody looks for it. */
export const packed: Readonly<Record<string, string | undefined>> = {
  MatMulNBits: FEW_BITS,
  MatMulNBitsMlp: FEW_BITS,
  MatMulNBitsQkv: FEW_BITS,
  QMoE: FEW_BITS,
  GatherBlockQuantized: FEW_BITS,
  MatMulBnb4: '4-bit numbers packed in blocks: prune the model before it is quantised',
  MatMulFpQ4: '4-bit numbers packed in blocks with their scales: prune the model before it is quantised',
  MatMulBlockQuantizedFp4Weight: '4-bit numbers packed in blocks: prune the model before it is quantised',
  QOrderedMatMul: ORDERED,
  QOrderedAttention: ORDERED,
  QOrderedLongformerAttention: ORDERED,
};
