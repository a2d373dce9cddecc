import type { WeightRole } from './role.js';

/** Roles of an operator's inputs, by their numbers, written as `role: 1-4 7`. */
type Inputs = Readonly<Partial<Record<WeightRole, string>>>;

const CONVOLUTION: Inputs = { kernel: '1', bias: '2' };
/** Their first input is the shape of what they give. */
const TRANSPOSED: Inputs = { setting: '0', kernel: '1', bias: '3' };
const LSTM: Inputs = {
  kernel: '1-4 16',
  'recurrent kernel': '5-8',
  scale: '9-11',
  bias: '12-15 17',
  normalisation: '20-23',
};
const RECURRENT: Inputs = { kernel: '1', 'recurrent kernel': '2', bias: '3' };
const SHIFT: Inputs = { bias: '0 1' };
const FACTOR: Inputs = { scale: '0 1' };

const OPERATORS: Readonly<Record<string, Inputs>> = {
  CONV_2D: CONVOLUTION,
  DEPTHWISE_CONV_2D: CONVOLUTION,
  CONV_3D: CONVOLUTION,
  FULLY_CONNECTED: { kernel: '0 1', bias: '2' },
  BATCH_MATMUL: { kernel: '0 1' },
  TRANSPOSE_CONV: TRANSPOSED,
  CONV_3D_TRANSPOSE: TRANSPOSED,
  LSTM,
  UNIDIRECTIONAL_SEQUENCE_LSTM: LSTM,
  BIDIRECTIONAL_SEQUENCE_LSTM: {
    kernel: '1-4 16 18-21 33 40-47',
    'recurrent kernel': '5-8 22-25',
    scale: '9-11 26-28',
    bias: '12-15 17 29-32 34',
  },
  RNN: RECURRENT,
  UNIDIRECTIONAL_SEQUENCE_RNN: RECURRENT,
  BIDIRECTIONAL_SEQUENCE_RNN: { kernel: '1 5 10 11', 'recurrent kernel': '2 6', bias: '3 7' },
  SVDF: { kernel: '1 2', bias: '3' },
  EMBEDDING_LOOKUP: { embedding: '1' },
  EMBEDDING_LOOKUP_SPARSE: { embedding: '3' },
  GATHER: { embedding: '0' },
  GATHER_ND: { embedding: '0' },
  PRELU: { slope: '1' },
  ADD: SHIFT,
  SUB: SHIFT,
  MUL: FACTOR,
  DIV: FACTOR,
};

/** An LSTM of the older kind has all its gates in one kernel, which it reads beside what it gave before. */
const BASIC_LSTM: Inputs = { kernel: '2', bias: '3' };

/** What has the elements of its first input, in another form. */
export const FORMS: ReadonlySet<string> = new Set([
  'DEQUANTIZE',
  'QUANTIZE',
  'CAST',
  'RESHAPE',
  'EXPAND_DIMS',
  'SQUEEZE',
  'TRANSPOSE',
  'DENSIFY',
]);

const tables = new Map<Inputs, ReadonlyMap<number, WeightRole>>();

/**
 * What an input of an operator is, as far as the operator says.
 *
 * @param basic whether an `LSTM` is of the older kind
 */
export function roleOf(op: string, input: number, basic: boolean): WeightRole | undefined {
  const inputs = op === 'LSTM' && basic ? BASIC_LSTM : OPERATORS[op];
  if (inputs === undefined) return undefined;
  if (!tables.has(inputs)) tables.set(inputs, readInputs(inputs));
  return tables.get(inputs)?.get(input);
}

function readInputs(inputs: Inputs): ReadonlyMap<number, WeightRole> {
  const made = new Map<number, WeightRole>();
  for (const [role, list] of Object.entries(inputs)) {
    for (const range of list.split(' ')) {
      const [from = 0, to = from] = range.split('-').map(Number);
      for (let i = from; i <= to; i += 1) made.set(i, role as WeightRole);
    }
  }
  return made;
}
