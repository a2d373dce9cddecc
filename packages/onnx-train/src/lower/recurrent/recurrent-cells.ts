import { type Graph, numberAt, type Value } from '@synaprune/onnx/graph';
import { add, multiply, range, slice, split, subtract } from '../../arithmetic/arithmetic.js';
import type { SourceNode } from '../lowering.js';
import type { Activation } from './recurrent-activations.js';

/** A direction of a layer, its parts cut out: one step after another along `inputs`. */
export interface Direction {
  /** Input times kernel plus the biases that go with it, for each step, `[batch, gates·hidden]`. */
  readonly inputs: readonly Value[];
  /** `[gates·hidden, hidden]`. */
  readonly recurrent: Value;
  /** The recurrent bias where it is not already in the inputs. */
  readonly recurrentBias: Value | undefined;
  /** What the gates of an LSTM see of its cell: input, output, forget, `[hidden]` each; empty where nothing. */
  readonly peepholes: readonly Value[];
  readonly activations: readonly Activation[];
  readonly hidden: number;
}

/** From the state before a step to the state after it; the first part of the state is what the step gives. */
export type RecurrentCell = (
  graph: Graph,
  direction: Direction,
  input: Value,
  state: readonly Value[],
) => readonly Value[];

/** `h·Rᵀ + c`. */
const recur = (graph: Graph, h: Value, recurrent: Value, c: Value | undefined): Value =>
  graph.add('Gemm', c ? [h, recurrent, c] : [h, recurrent], { transB: 1 });

const gatesOf = (graph: Graph, value: Value, hidden: number): readonly Value[] =>
  split(
    graph,
    value,
    range(value.shape[1]! / hidden).map(() => hidden),
    1,
  );

const lstmCell =
  (coupled: boolean): RecurrentCell =>
  (graph, { recurrent, peepholes, activations, hidden }, input, state) => {
    const [h, c] = state as [Value, Value];
    const [f, g, o] = activations as [Activation, Activation, Activation];
    const [sums, candidate] = split(graph, recur(graph, h, recurrent, input), [3 * hidden, hidden], 1) as [
      Value,
      Value,
    ];
    const cellOf = (inGate: Value, forgetGate: Value) => {
      const forget = coupled ? subtract(graph, 1, inGate) : forgetGate;
      return add(graph, multiply(graph, forget, c), multiply(graph, inGate, g(candidate)));
    };
    if (peepholes.length === 0) {
      // Three gates share an activation: one call for all of them is a third of the nodes.
      const [inGate, outGate, forgetGate] = gatesOf(graph, f(sums), hidden) as [Value, Value, Value];
      const cell = cellOf(inGate, forgetGate);
      return [multiply(graph, outGate, o(cell)), cell];
    }
    const [ofIn, ofOut, ofForget] = gatesOf(graph, sums, hidden) as [Value, Value, Value];
    const [toIn, toOut, toForget] = peepholes as [Value, Value, Value];
    const seeing = (sum: Value, cell: Value, peephole: Value) =>
      f(add(graph, sum, multiply(graph, cell, peephole)));
    const cell = cellOf(seeing(ofIn, c, toIn), seeing(ofForget, c, toForget));
    return [multiply(graph, seeing(ofOut, cell, toOut), o(cell)), cell];
  };

const rnnCell: RecurrentCell = (graph, { recurrent, activations }, input, [h]) => [
  activations[0]!(recur(graph, h!, recurrent, input)),
];

const gruCell =
  (linearBeforeReset: boolean): RecurrentCell =>
  (graph, { recurrent, recurrentBias, activations, hidden }, input, state) => {
    const h = state[0]!;
    const [f, g] = activations as [Activation, Activation];
    const cut = (value: Value, axis: number, from: number, to: number) =>
      slice(graph, value, [axis], [from * hidden], [to * hidden]);
    const gates = recur(graph, h, cut(recurrent, 0, 0, 2), cut(input, 1, 0, 2));
    const [z, r] = gatesOf(graph, f(gates), hidden) as [Value, Value];
    const kernel = cut(recurrent, 0, 2, 3);
    const fresh = cut(input, 1, 2, 3);
    const candidate = linearBeforeReset
      ? g(add(graph, fresh, multiply(graph, r, recur(graph, h, kernel, recurrentBias))))
      : g(recur(graph, multiply(graph, r, h), kernel, fresh));
    // (1 − z)·candidate + z·h
    return [add(graph, candidate, multiply(graph, z, subtract(graph, h, candidate)))];
  };

/** What is particular to a kind of recurrent layer. */
export interface RecurrentLayer {
  readonly gates: number;
  readonly activations: readonly string[];
  readonly states: number;
  cell(node: SourceNode): RecurrentCell;
}

/** The kinds there are, by operator. */
export const recurrentLayers: Readonly<Record<string, RecurrentLayer>> = {
  LSTM: {
    gates: 4,
    activations: ['Sigmoid', 'Tanh', 'Tanh'],
    states: 2,
    cell: ({ attributes }) => lstmCell(numberAt(attributes, 'input_forget', 0) !== 0),
  },
  RNN: { gates: 1, activations: ['Tanh'], states: 1, cell: () => rnnCell },
  GRU: {
    gates: 3,
    activations: ['Sigmoid', 'Tanh'],
    states: 1,
    cell: ({ attributes }) => gruCell(numberAt(attributes, 'linear_before_reset', 0) !== 0),
  },
};
