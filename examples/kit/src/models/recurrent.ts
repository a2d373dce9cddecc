import { createGraph } from './graph.js';

/** A recurrent layer: a plain one with tanh, an LSTM, or a GRU as PyTorch and cuDNN have it (reset after the product). */
export type RecurrentLayer = 'RNN' | 'LSTM' | 'GRU';

/** Rows of a layer's kernels for each hidden unit: LSTM input, output, forget, cell; GRU update, reset, candidate. */
export const GATES: Readonly<Record<RecurrentLayer, number>> = { RNN: 1, LSTM: 4, GRU: 3 };

/** Numbers of a recurrent layer and the linear unit on top, in ONNX's layout and order of gates. */
export interface RecurrentWeights {
  /** [gates · hidden, features] */
  readonly input: Float32Array;
  /** [gates · hidden, hidden] */
  readonly recurrent: Float32Array;
  /**
   * [2 · gates · hidden], as PyTorch has it: of the input's product, then of the state's, both trained. Or
   * [gates · hidden], as Keras has it: a single one.
   */
  readonly bias: Float32Array;
  /** [hidden, 1] */
  readonly head: Float32Array;
  /** [1] */
  readonly headBias: Float32Array;
}

/** What a recurrent forecaster is built from. */
export interface RecurrentPlan {
  readonly layer: RecurrentLayer;
  readonly length: number;
  readonly features: number;
  readonly hidden: number;
  /** Whether the last state is multiplied by an input `noise` [batch, hidden]: the mask of dropout. */
  readonly noise: boolean;
  readonly weights: RecurrentWeights;
}

/** A forward graph and what its weights are called. */
export interface RecurrentModel {
  /** Input `window` [batch, length, features], output `forecast` [batch, 1]. */
  readonly bytes: Uint8Array;
  /** Input kernel [1, gates · hidden, features], recurrent kernel [1, gates · hidden, hidden], head [hidden, 1]. */
  readonly kernels: readonly [input: string, recurrent: string, head: string];
  /** Biases of the layer [1, as many as given] and of the head [1]. */
  readonly biases: readonly [layer: string, head: string];
  readonly parameters: number;
}

/** window → one recurrent layer → its last state (→ times noise) → one linear unit. */
export function recurrentModel(plan: RecurrentPlan): RecurrentModel {
  const { layer, length, features, hidden, noise, weights } = plan;
  const name = layer.toLowerCase();
  const rows = GATES[layer] * hidden;
  const graph = createGraph();
  const window = graph.input('window', ['batch', length, features]);
  // ONNX Runtime takes only sequences that lead with time.
  const steps = graph.add('Transpose', [window], { attributes: { perm: [1, 0, 2] } });
  const input = graph.tensor(`${name}/input`, weights.input, [1, rows, features]);
  const recurrent = graph.tensor(`${name}/recurrent`, weights.recurrent, [1, rows, hidden]);
  const bias = graph.tensor(`${name}/bias`, weights.bias, [1, weights.bias.length]);
  // A layer always has room for both biases; what is no tensor is not trained.
  const zeros = () => graph.add('ConstantOfShape', [graph.integers([1, rows])]);
  const single = weights.bias.length === rows;
  const biases = single ? graph.add('Concat', [bias, zeros()], { attributes: { axis: 1 } }) : bias;
  const late = layer === 'GRU' ? { linear_before_reset: 1 } : {};
  graph.addNode(layer, [steps, input, recurrent, biases], ['', 'states'], {
    name,
    attributes: { hidden_size: hidden, ...late },
  });
  const state = graph.add('Squeeze', ['states', graph.integers([0])]);
  const seen = noise ? graph.add('Mul', [state, graph.input('noise', ['batch', hidden])]) : state;
  const head = graph.tensor('head/kernel', weights.head, [hidden, 1]);
  const headBias = graph.tensor('head/bias', weights.headBias, [1]);
  graph.output('forecast', graph.add('Gemm', [seen, head, headBias], { name: 'head' }), ['batch', 1]);
  return {
    bytes: graph.encode(),
    kernels: [input, recurrent, head],
    biases: [bias, headBias],
    parameters: graph.parameters,
  };
}
