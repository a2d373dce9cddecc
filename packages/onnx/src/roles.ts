/** What a weight does at an input. */
export type WeightRole =
  | 'kernel'
  | 'recurrent kernel'
  | 'embedding'
  | 'bias'
  | 'normalisation'
  | 'quantisation'
  | 'other';

interface Inputs {
  readonly [input: number]: WeightRole;
}

const matrix: Inputs = { 0: 'kernel', 1: 'kernel' };
const convolution: Inputs = { 1: 'kernel', 2: 'bias' };
const recurrent: Inputs = { 1: 'kernel', 2: 'recurrent kernel', 3: 'bias' };
const scaled: Inputs = { 1: 'normalisation', 2: 'normalisation' };

/** By operator, then by input. What is not here is `other`. */
const roles: Readonly<Record<string, Inputs | undefined>> = {
  Conv: convolution,
  ConvTranspose: convolution,
  DeformConv: { 1: 'kernel', 3: 'bias' },
  FusedConv: convolution,
  ConvInteger: { 1: 'kernel', 2: 'quantisation', 3: 'quantisation' },
  Gemm: { ...matrix, 2: 'bias' },
  FusedGemm: { ...matrix, 2: 'bias' },
  MatMul: matrix,
  FusedMatMul: matrix,
  MatMulInteger: { ...matrix, 2: 'quantisation', 3: 'quantisation' },
  LSTM: recurrent,
  GRU: recurrent,
  RNN: recurrent,
  Gather: { 0: 'embedding' },
  QLinearConv: {
    1: 'quantisation',
    2: 'quantisation',
    3: 'kernel',
    4: 'quantisation',
    5: 'quantisation',
    6: 'quantisation',
    7: 'quantisation',
    8: 'bias',
  },
  QLinearMatMul: {
    0: 'kernel',
    1: 'quantisation',
    2: 'quantisation',
    3: 'kernel',
    4: 'quantisation',
    5: 'quantisation',
    6: 'quantisation',
    7: 'quantisation',
  },
  QuantizeLinear: { 1: 'quantisation', 2: 'quantisation' },
  DequantizeLinear: { 1: 'quantisation', 2: 'quantisation' },
  BatchNormalization: { ...scaled, 3: 'normalisation', 4: 'normalisation' },
  InstanceNormalization: scaled,
  LayerNormalization: scaled,
  GroupNormalization: scaled,
};

/** What a weight does at the input `input` of an operator of ONNX or of com.microsoft. */
export function roleOf(op: string, domain: string, input: number): WeightRole {
  if (domain !== '' && domain !== 'com.microsoft') return 'other';
  return (Object.hasOwn(roles, op) ? roles[op]?.[input] : undefined) ?? 'other';
}

/** Whether an input asks only for the shape of what it is given. */
export function readsShapeOnly(op: string, domain: string): boolean {
  return domain === '' && (op === 'Shape' || op === 'Size');
}
