import { COMPUTED_SIZE } from '../lower/computed-sizes.js';

/** Operators whose rewrites are in a chunk of their own. */
export const laterOperators: ReadonlySet<string> = new Set([
  COMPUTED_SIZE,
  ...(
    'GRU LSTM RNN Attention RotaryEmbedding LinearAttention SimplifiedLayerNormalization SwiGLU Resize Upsample ' +
    'GridSample AffineGrid RoiAlign DeformConv Einsum CenterCropPad Col2Im MaxUnpool TensorScatter CausalConvWithState DFT STFT LRN ' +
    'LpPool GlobalLpPool LpNormalization MeanVarianceNormalization Shrink Det TopK OneHot GatherND NonZero Compress ' +
    'Unique NonMaxSuppression DequantizeLinear DynamicQuantizeLinear'
  ).split(' '),
  ...(
    'Attention MultiHeadAttention GroupQueryAttention RotaryEmbedding Gelu BiasGelu FastGelu QuickGelu FusedMatMul ' +
    'SimplifiedLayerNormalization SkipLayerNormalization SkipSimplifiedLayerNormalization'
  )
    .split(' ')
    .map((name) => `com.microsoft::${name}`),
]);

/** A step needs what has not been loaded: the rewrite of an operator, or what carries another batch. No error that a user sees. */
export class LaterPart extends Error {
  constructor(part: string) {
    super(`${part} has not been loaded`);
  }
}
