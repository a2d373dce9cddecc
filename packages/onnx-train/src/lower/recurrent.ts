import {
  add,
  concat,
  expand,
  multiply,
  range,
  reshape,
  slice,
  split,
  subtract,
  transpose,
} from '../arithmetic.js';
import { float, listAt, numberAt, textAt, textsAt } from '../attributes.js';
import type { Graph } from '../graph.js';
import type { Value } from '../value.js';
import type { Lowering, SourceNode } from './lowering.js';

type Activation = (value: Value) => Value;

/** A direction of a layer, its parts cut out: one step after another along `inputs`. */
interface Direction {
  /** Input times kernel plus the biases that go with it, for each step, `[batch, gates·hidden]`. */
  readonly inputs: readonly Value[];
  /** `[gates·hidden, hidden]`. */
  readonly recurrent: Value;
  /** The recurrent bias where it is not already in the inputs. */
  readonly recurrentBias: Value | undefined;
  readonly activations: readonly Activation[];
  readonly hidden: number;
}

/** From the state before a step to the state after it; the first part of the state is what the step gives. */
type Cell = (graph: Graph, direction: Direction, input: Value, state: readonly Value[]) => readonly Value[];

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

const lstmCell: Cell = (graph, { recurrent, activations, hidden }, input, state) => {
  const [h, c] = state as [Value, Value];
  const [f, g, o] = activations as [Activation, Activation, Activation];
  // Three gates share an activation: one call for all of them is a third of the nodes.
  const [gates, candidate] = split(graph, recur(graph, h, recurrent, input), [3 * hidden, hidden], 1);
  const [inGate, outGate, forgetGate] = gatesOf(graph, f(gates!), hidden) as [Value, Value, Value];
  const cell = add(graph, multiply(graph, forgetGate, c), multiply(graph, inGate, g(candidate!)));
  return [multiply(graph, outGate, o(cell)), cell];
};

const rnnCell: Cell = (graph, { recurrent, activations }, input, [h]) => [
  activations[0]!(recur(graph, h!, recurrent, input)),
];

const gruCell =
  (linearBeforeReset: boolean): Cell =>
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

interface Layer {
  readonly gates: number;
  readonly activations: readonly string[];
  readonly states: number;
  cell(node: SourceNode): Cell;
}

const layers: Readonly<Record<string, Layer>> = {
  LSTM: { gates: 4, activations: ['Sigmoid', 'Tanh', 'Tanh'], states: 2, cell: () => lstmCell },
  RNN: { gates: 1, activations: ['Tanh'], states: 1, cell: () => rnnCell },
  GRU: {
    gates: 3,
    activations: ['Sigmoid', 'Tanh'],
    states: 1,
    cell: ({ attributes }) => gruCell(numberAt(attributes, 'linear_before_reset', 0) !== 0),
  },
};

/** Longer sequences make graphs that take minutes to load. */
const LONGEST_SEQUENCE = 1024;

/** The layer's step written out once for each element of the sequence. */
const unroll: Lowering = ({ graph }, node) => {
  const layer = layers[node.op]!;
  refuse(graph, node);
  const batchFirst = numberAt(node.attributes, 'layout', 0) === 1;
  const turn = (value: Value) => (batchFirst ? transpose(graph, value, [1, 0, 2]) : value);
  const x = turn(node.inputs[0]!);
  const [length, batch] = x.shape as [number, number];
  const recurrent = node.inputs[2]!;
  if (length > LONGEST_SEQUENCE) {
    graph.unsupported(
      `a sequence of ${length} steps is too long to be written out; ${LONGEST_SEQUENCE} are not`,
    );
  }
  const [directions, , hidden] = recurrent.shape as [number, number, number];
  const way = textAt(node.attributes, 'direction', 'forward');
  if (directions !== (way === 'bidirectional' ? 2 : 1))
    return graph.bad(`${way} with weights for ${directions} directions`);
  const activations = activationsOf(graph, node, layer.activations, directions);
  const all = range(directions).map((index) => {
    const direction = directionOf(graph, node, x, index, activations[index]!);
    const backwards = way === 'reverse' || index === 1;
    const order = backwards ? range(length).reverse() : range(length);
    let state = range(layer.states).map((at) =>
      initialState(graph, node, 5 + at, index, [batch, hidden], turn),
    );
    const given: Value[] = new Array(length);
    for (const at of order) {
      state = [...layer.cell(node)(graph, direction, direction.inputs[at]!, state)];
      given[at] = state[0]!;
    }
    return { given, state };
  });
  const steps = range(length).flatMap((at) =>
    all.map(({ given }) => reshape(graph, given[at]!, [1, 1, batch, hidden])),
  );
  const pairs = range(length).map((at) =>
    concat(graph, steps.slice(at * directions, (at + 1) * directions), 1),
  );
  const sequence = concat(graph, pairs, 0);
  const last = range(layer.states).map((at) =>
    turn(
      concat(
        graph,
        all.map(({ state }) => reshape(graph, state[at]!, [1, batch, hidden])),
        0,
      ),
    ),
  );
  return [batchFirst ? transpose(graph, sequence, [2, 0, 1, 3]) : sequence, ...last];
};

function refuse(graph: Graph, { op, inputs, attributes }: SourceNode): void {
  if (attributes.clip !== undefined) graph.unsupported('clip has no gradient rule');
  if (numberAt(attributes, 'input_forget', 0)) graph.unsupported('input_forget has no gradient rule');
  if (op === 'LSTM' && inputs[7]) graph.unsupported('peepholes have no gradient rule');
  const lengths = inputs[4];
  const time = inputs[0]!.shape[numberAt(attributes, 'layout', 0) === 1 ? 1 : 0];
  if (lengths && !lengths.constant?.numbers().every((length) => length === time)) {
    graph.unsupported(`sequence_lens other than a constant ${time} have no gradient rule`);
  }
}

/** Part `index` of the first axis, without that axis. */
function part(graph: Graph, value: Value, index: number): Value {
  return reshape(graph, slice(graph, value, [0], [index], [index + 1]), value.shape.slice(1));
}

function directionOf(
  graph: Graph,
  node: SourceNode,
  x: Value,
  index: number,
  activations: readonly Activation[],
): Direction {
  const [, kernels, recurrents, biases] = node.inputs as [Value, Value, Value, Value | undefined];
  const [length, batch, features] = x.shape as [number, number, number];
  const hidden = recurrents.shape[2]!;
  const recurrent = part(graph, recurrents, index);
  const rows = recurrent.shape[0]!;
  let [ofInput, ofState] = biases ? split(graph, part(graph, biases, index), [rows, rows], 0) : [];
  const late = node.op === 'GRU' && numberAt(node.attributes, 'linear_before_reset', 0) !== 0;
  if (ofInput && ofState) {
    // Only the candidate of a GRU that resets late keeps its recurrent bias apart.
    const [early, kept] = late ? split(graph, ofState, [2 * hidden, hidden], 0) : [ofState, undefined];
    const none = late
      ? [
          graph.constant(
            { type: x.type, shape: [hidden] },
            range(hidden).map(() => 0),
          ),
        ]
      : [];
    ofInput = add(graph, ofInput, concat(graph, [early!, ...none], 0));
    ofState = kept;
  }
  const flat = reshape(graph, x, [length * batch, features]);
  const kernel = part(graph, kernels, index);
  const product = graph.add('Gemm', ofInput ? [flat, kernel, ofInput] : [flat, kernel], { transB: 1 });
  const inputs = split(
    graph,
    product,
    range(length).map(() => batch),
    0,
  );
  return { inputs, recurrent, recurrentBias: ofState, activations, hidden };
}

function initialState(
  graph: Graph,
  node: SourceNode,
  input: number,
  index: number,
  shape: readonly number[],
  turn: (value: Value) => Value,
): Value {
  const given = node.inputs[input];
  if (given) return part(graph, turn(given), index);
  return expand(graph, graph.scalar(0, node.inputs[0]!.type), shape);
}

const defaults: Readonly<Record<string, readonly [alpha: number, beta: number] | undefined>> = {
  Sigmoid: [0, 0],
  Tanh: [0, 0],
  Relu: [0, 0],
  Softsign: [0, 0],
  Softplus: [0, 0],
  HardSigmoid: [0.2, 0.5],
  LeakyRelu: [0.01, 0],
  Elu: [1, 0],
};

function activationsOf(
  graph: Graph,
  { attributes }: SourceNode,
  usual: readonly string[],
  directions: number,
): Activation[][] {
  const names = textsAt(attributes, 'activations') ?? range(directions).flatMap(() => usual);
  const alphas = [...(listAt(attributes, 'activation_alpha') ?? [])];
  const betas = [...(listAt(attributes, 'activation_beta') ?? [])];
  const all = names.map((name): Activation => {
    const own = defaults[name] ?? graph.unsupported(`activation ${name} has no gradient rule`);
    const alpha = own[0] === 0 ? undefined : (alphas.shift() ?? own[0]);
    const beta = own[1] === 0 ? undefined : (betas.shift() ?? own[1]);
    const settings = {
      ...(alpha === undefined ? {} : { alpha: float(alpha) }),
      ...(beta === undefined ? {} : { beta: float(beta) }),
    };
    return (value) => graph.add(name, [value], settings);
  });
  return range(directions).map((index) => all.slice(index * usual.length, (index + 1) * usual.length));
}

/** Rewrites of recurrent layers. */
export const recurrentLowerings: Readonly<Record<string, Lowering>> = {
  LSTM: unroll,
  GRU: unroll,
  RNN: unroll,
};
