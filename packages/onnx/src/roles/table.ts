/** What a weight does at an input. */
export type WeightRole =
  | 'kernel'
  | 'recurrent kernel'
  | 'embedding'
  | 'bias'
  | 'normalisation'
  /** The slope of a `PRelu`. */
  | 'slope'
  /** What multiplies or shifts values by channel, or as one number that is named like a parameter. */
  | 'scale'
  /** What is added or joined to values element by element, before a kernel: positions, tokens. */
  | 'position'
  /** A running statistic of a `BatchNormalization`. */
  | 'statistic'
  /** Where a recurrent layer begins. */
  | 'state'
  | 'quantisation'
  /** A bound, an exponent, a mask: what an operator is told, and nobody learns. */
  | 'setting'
  | 'other';

interface Inputs {
  readonly [input: number]: WeightRole;
}

const all = (role: WeightRole, ...inputs: readonly number[]): Inputs =>
  Object.fromEntries(inputs.map((input) => [input, role]));

const matrix: Inputs = { 0: 'kernel', 1: 'kernel' };
const convolution: Inputs = { 1: 'kernel', 2: 'bias' };
const recurrent: Inputs = {
  1: 'kernel',
  2: 'recurrent kernel',
  3: 'bias',
  5: 'state',
  6: 'state',
  7: 'bias',
};
const scaled: Inputs = { 1: 'normalisation', 2: 'normalisation' };

/** ONNX's own operators, by input. What is not here is `other`. */
const standard: Readonly<Record<string, Inputs | undefined>> = {
  Conv: convolution,
  ConvTranspose: convolution,
  DeformConv: { 1: 'kernel', 3: 'bias' },
  ConvInteger: { 1: 'kernel', ...all('quantisation', 2, 3) },
  Gemm: { ...matrix, 2: 'bias' },
  MatMul: matrix,
  MatMulInteger: { ...matrix, ...all('quantisation', 2, 3) },
  Einsum: all('kernel', 0, 1, 2, 3, 4, 5, 6, 7),
  LSTM: recurrent,
  GRU: recurrent,
  RNN: recurrent,
  Gather: { 0: 'embedding' },
  QLinearConv: { 3: 'kernel', 8: 'bias', ...all('quantisation', 1, 2, 4, 5, 6, 7) },
  QLinearMatMul: { 0: 'kernel', 3: 'kernel', ...all('quantisation', 1, 2, 4, 5, 6, 7) },
  QuantizeLinear: all('quantisation', 1, 2),
  DequantizeLinear: all('quantisation', 1, 2),
  BatchNormalization: { ...scaled, ...all('statistic', 3, 4) },
  InstanceNormalization: scaled,
  LayerNormalization: scaled,
  GroupNormalization: scaled,
  RMSNormalization: { 1: 'normalisation' },
  // ONNX Runtime keeps it, and its form with a skip, among ONNX's own.
  SimplifiedLayerNormalization: { 1: 'normalisation' },
  PRelu: { 1: 'slope' },
  RotaryEmbedding: all('setting', 1, 2),
  Attention: { 3: 'setting' },
  Clip: all('setting', 1, 2),
  Pow: { 1: 'setting' },
  Pad: { 2: 'setting' },
  Dropout: { 1: 'setting' },
  Resize: all('setting', 1, 2),
  Upsample: { 1: 'setting' },
  RoiAlign: { 1: 'setting' },
  GridSample: { 1: 'setting' },
  STFT: { 2: 'setting' },
  NonMaxSuppression: all('setting', 3, 4),
};

/**
 * Operators that ONNX Runtime fuses, by the schemas of its contrib operators. Names that are also ONNX's own mean
 * what is here only in `com.microsoft`.
 */
const fused: Readonly<Record<string, Inputs | undefined>> = {
  FusedConv: convolution,
  NhwcConv: convolution,
  NhwcFusedConv: convolution,
  ConvTransposeWithDynamicPads: { 1: 'kernel', 3: 'bias' },
  CausalConvWithState: convolution,
  FusedGemm: { ...matrix, 2: 'bias' },
  FusedMatMul: matrix,
  FusedMatMulActivation: matrix,
  TransposeMatMul: matrix,
  SparseToDenseMatMul: matrix,
  GemmFastGelu: { ...matrix, 2: 'bias' },
  GemmFloat8: { ...matrix, 2: 'bias', ...all('quantisation', 3, 4, 5) },
  Attention: { 1: 'kernel', 2: 'bias', 5: 'setting' },
  PackedAttention: { 1: 'kernel', 2: 'bias', 5: 'setting' },
  DecoderMaskedSelfAttention: { 1: 'kernel', 2: 'bias' },
  DecoderAttention: { 2: 'kernel', 3: 'kernel', 4: 'bias' },
  LongformerAttention: { 1: 'kernel', 2: 'bias', 3: 'setting', 4: 'kernel', 5: 'bias' },
  // These take query, key and value ready: what they hold is a bias.
  MultiHeadAttention: { 3: 'bias', 5: 'setting' },
  PackedMultiHeadAttention: { 3: 'bias', 6: 'setting' },
  DecoderMaskedMultiHeadAttention: { 4: 'setting', 10: 'bias' },
  GroupQueryAttention: all('setting', 7, 8, 10),
  SparseAttention: all('setting', 9, 10),
  RotaryEmbedding: all('setting', 2, 3),
  QAttention: { 1: 'kernel', 2: 'bias', ...all('quantisation', 3, 4, 6, 7) },
  QGemm: { 0: 'kernel', 3: 'kernel', 6: 'bias', ...all('quantisation', 1, 2, 4, 5, 7, 8) },
  DynamicQuantizeMatMul: { 1: 'kernel', 4: 'bias', ...all('quantisation', 2, 3) },
  MatMulIntegerToFloat: { ...matrix, 6: 'bias', ...all('quantisation', 2, 3, 4, 5) },
  MatMulInteger16: matrix,
  DynamicQuantizeLSTM: { ...recurrent, ...all('quantisation', 8, 9, 10, 11) },
  MatMulNBits: { 1: 'kernel', 5: 'bias', ...all('quantisation', 2, 3) },
  MatMulBnb4: { 1: 'kernel', 2: 'quantisation' },
  MatMulFpQ4: { 1: 'kernel' },
  MoE: { ...all('kernel', 2, 4, 6), ...all('bias', 3, 5, 7) },
  QMoE: { ...all('kernel', 2, 5, 8), ...all('quantisation', 3, 6, 9), ...all('bias', 4, 7, 10) },
  QOrderedMatMul: { 2: 'kernel', 5: 'bias', ...all('quantisation', 1, 3, 4) },
  SkipLayerNormalization: { 2: 'normalisation', 3: 'normalisation', 4: 'bias' },
  SkipSimplifiedLayerNormalization: { 2: 'normalisation', 3: 'bias' },
  EmbedLayerNormalization: { ...all('embedding', 2, 3, 4), ...all('normalisation', 5, 6) },
  QEmbedLayerNormalization: {
    ...all('embedding', 2, 3, 4),
    ...all('normalisation', 5, 6),
    ...all('quantisation', 8, 9, 10, 11, 12, 13, 14, 15, 16, 17),
  },
  GroupNorm: scaled,
  SkipGroupNorm: { ...scaled, 4: 'bias' },
  BiasGelu: { 1: 'bias' },
  FastGelu: { 1: 'bias' },
  BiasAdd: { 1: 'bias' },
  BiasDropout: { 1: 'bias', 3: 'setting' },
  BiasSplitGelu: { 1: 'bias' },
  BiasSoftmax: { 1: 'setting' },
  GatherBlockQuantized: { 0: 'embedding', ...all('quantisation', 2, 3) },
  TorchEmbedding: { 0: 'embedding' },
  RelativePositionBias: { 0: 'embedding' },
  GatedRelativePositionBias: { 1: 'bias', 3: 'kernel', 4: 'bias', 5: 'scale' },
  WordConvEmbedding: { 1: 'kernel', 2: 'bias', 3: 'embedding' },
};

/** Operators whose kernels are packed so that an element is no longer a number of its own. */
const packed: Readonly<Record<string, string | undefined>> = {
  MatMulNBits: 'numbers of a few bits packed in blocks',
  MatMulBnb4: '4-bit numbers packed in blocks',
  MatMulFpQ4: '4-bit numbers packed in blocks with their scales',
  QMoE: 'numbers of a few bits packed in blocks',
  GatherBlockQuantized: 'numbers of a few bits packed in blocks',
};

/** ONNX Runtime's copy of an operator for one layout of memory has the inputs of the operator it stands for. */
const LAYOUTS = new Set(['com.microsoft.nchwc', 'com.ms.internal.nhwc']);

/**
 * What a weight does at an input of an operator, ONNX's own or ONNX Runtime's, before anything around the node is
 * looked at. Operators of other domains may mean anything: `other`.
 */
export function roleOf(op: string, domain: string, input: number): WeightRole {
  if (domain === 'com.microsoft' && Object.hasOwn(fused, op)) return fused[op]?.[input] ?? 'other';
  if (domain !== '' && domain !== 'com.microsoft' && !LAYOUTS.has(domain)) return 'other';
  return (Object.hasOwn(standard, op) ? standard[op]?.[input] : undefined) ?? 'other';
}

/** Why no element of a kernel at this operator can be made zero where it lies; `undefined` where it can. */
export function lockedBy(op: string, domain: string): string | undefined {
  if (domain === 'com.microsoft' && Object.hasOwn(packed, op)) {
    return `${packed[op]}: prune the model before it is quantised`;
  }
  return isForMachine(domain)
    ? 'ordered for one kind of machine: prune the model before it is optimised'
    : undefined;
}

/** Whether a domain holds operators for one machine, that only an optimiser writes. */
export function isForMachine(domain: string): boolean {
  return LAYOUTS.has(domain);
}

/** Whether an input asks only for the shape of what it is given. */
export function readsShapeOnly(op: string, domain: string): boolean {
  return domain === '' && (op === 'Shape' || op === 'Size');
}

/** Whether a role is that of something that training changes. */
export function isParameter(role: string): boolean {
  return PARAMETERS.has(role);
}

const PARAMETERS: ReadonlySet<string> = new Set<WeightRole>([
  'kernel',
  'recurrent kernel',
  'embedding',
  'bias',
  'normalisation',
  'slope',
  'scale',
  'position',
]);
