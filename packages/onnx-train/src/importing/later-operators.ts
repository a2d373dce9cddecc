/** Operators whose rewrites are in a chunk of their own. */
export const laterOperators: ReadonlySet<string> = new Set([
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

/** A step needs an operator whose rewrite has not been loaded. No error that a user sees. */
export class LaterOperator extends Error {
  constructor(operator: string) {
    super(`${operator} has not been loaded`);
  }
}
