import { type Graph, numberAt, textAt, type Value } from '@synaprune/onnx/graph';
import { add, concat, expand, range, reshape, slice, split, transpose } from '../../arithmetic/arithmetic.js';
import type { Lowering, SourceNode } from '../lowering.js';
import { type Activation, activationsOf } from './recurrent-activations.js';
import { type Direction, recurrentLayers } from './recurrent-cells.js';

/** Longer sequences make graphs that take minutes to load. */
const LONGEST_SEQUENCE = 1024;

/** The layer's step written out once for each element of the sequence. */
const unroll: Lowering = ({ graph, noteStates }, node) => {
  const layer = recurrentLayers[node.op]!;
  const batchFirst = numberAt(node.attributes, 'layout', 0) === 1;
  const turn = (value: Value) => (batchFirst ? transpose(graph, value, [1, 0, 2]) : value);
  const rank = node.inputs[0]!.shape.length;
  if (rank !== 3) return graph.bad(`its input has ${rank} axes, and needs 3: sequence, batch and features`);
  const x = turn(node.inputs[0]!);
  const [length, batch] = x.shape as [number, number];
  const recurrent = node.inputs[2]!;
  if (length > LONGEST_SEQUENCE) {
    graph.unsupported(
      `a sequence of ${length} steps is too long to be written out; ${LONGEST_SEQUENCE} are not`,
      'train on shorter ones (inputs)',
    );
  }
  const [directions, , hidden] = recurrent.shape as [number, number, number];
  const way = textAt(node.attributes, 'direction', 'forward');
  if (directions !== (way === 'bidirectional' ? 2 : 1))
    return graph.bad(`${way} with weights for ${directions} directions`);
  const activations = activationsOf(graph, node, layer.activations, directions);
  const cell = layer.cell(node);
  const going = goingOn(graph, node.inputs[4], length);
  const all = range(directions).map((index) => {
    const direction = directionOf(graph, node, x, index, activations[index]!);
    const backwards = way === 'reverse' || index === 1;
    const order = backwards ? range(length).reverse() : range(length);
    let state = range(layer.states).map((at) =>
      initialState(graph, node, 5 + at, index, [batch, hidden], turn),
    );
    const before: Value[] = new Array(length);
    const given: Value[] = new Array(length);
    for (const at of order) {
      before[at] = state[0]!;
      const after = cell(graph, direction, direction.inputs[at]!, state);
      const goesOn = going[at];
      // Behind its end a sequence gives zeros, and its state stays.
      const chosen = (there: Value, else_: Value) =>
        goesOn === undefined ? there : graph.add('Where', [goesOn, there, else_]);
      given[at] = chosen(after[0]!, graph.scalar(0, x.type));
      state = after.map((each, part) => chosen(each, state[part]!));
    }
    return { before, given, state };
  });
  noteStates(
    recurrent,
    all.map(({ before, given }) => ({ before, after: given })),
  );
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

/** Whether sequences of lengths of their own have each step, `[batch, 1]`, or `[1, 1]` for all; undefined where all have. */
function goingOn(graph: Graph, lengths: Value | undefined, length: number): readonly (Value | undefined)[] {
  const steps = range(length);
  if (lengths === undefined || lengths.constant?.numbers().every((each) => each === length))
    return steps.map(() => undefined);
  const column = reshape(graph, lengths, [...lengths.shape, 1]);
  return steps.map((at) => graph.add('Greater', [column, graph.scalar(at, lengths.type)]));
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
  const peepholes = node.inputs[7]
    ? split(graph, part(graph, node.inputs[7], index), [hidden, hidden, hidden], 0)
    : [];
  return { inputs, recurrent, recurrentBias: ofState, peepholes, activations, hidden };
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

/** Rewrites of recurrent layers. */
export const recurrentLowerings: Readonly<Record<string, Lowering>> = {
  LSTM: unroll,
  GRU: unroll,
  RNN: unroll,
};
