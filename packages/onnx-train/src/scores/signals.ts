import { PruneError, type Signal } from '@synaprune/core';
import { quote } from '@synaprune/core/checks';
import type { NodeProto } from '@synaprune/onnx';
import { numberAt, readAttributes, type SourceModel, type Value } from '@synaprune/onnx/graph';
import { concat, expand, multiply, range, reduce, reshape } from '../arithmetic/arithmetic.js';
import type { RecurrentStates } from '../lower/lowering.js';
import type { TrainingGraph } from '../tape/tape.js';

/** What passes through the layer of a weight, as a score asks for it. */
export type ActivitySignal = Exclude<Signal, 'weight' | 'gradient' | 'secondMoment'>;

/** Operators whose output has one element for each of their first input's, and nothing but that one decides it. */
const ACTIVATIONS = new Set(
  'Abs Celu Clip Elu Gelu HardSigmoid HardSwish Identity LeakyRelu Mish PRelu Relu Selu Sigmoid Softplus Softsign Swish Tanh ThresholdedRelu'.split(
    ' ',
  ),
);

/** Layers whose kernels are of inputs and of states. */
const RECURRENT = new Set(['LSTM', 'GRU', 'RNN']);

/** Where a layer reads a weight, and how it lies there. */
interface Layer {
  readonly node: NodeProto;
  /** The weight's axes of inputs and outputs. */
  readonly inputs: number;
  readonly outputs: number;
  /** The axis of its input that the weight's inputs lie along, and of its output. Counted from the end where negative. */
  readonly read: number;
  readonly given: number;
  readonly groups: number;
}

/** What a model has become in a graph. */
export interface BuiltModel {
  readonly imported: { valueOf(name: string): Value };
  /** Of recurrent layers, by their recurrent kernels. */
  readonly states: ReadonlyMap<Value, readonly RecurrentStates[]>;
  /** A value of the model as it is read, where it is itself a weight. */
  replaced(value: Value): Value;
}

/** Finds what passes through layers. Asked twice it gives the same value. */
export function findSignals(
  graph: TrainingGraph,
  source: SourceModel,
  { imported, states, replaced }: BuiltModel,
): (weight: string, shape: readonly number[], signal: ActivitySignal) => Value {
  const readers = new Map<string, NodeProto[]>();
  for (const node of source.nodes) {
    for (const name of new Set(node.input)) {
      // A list that grows: one value may have more readers than could be copied for each of them.
      const known = readers.get(name);
      if (known === undefined) readers.set(name, [node]);
      else known.push(node);
    }
  }
  const outputs = new Set(source.outputs);
  const known = new Map<string, Value>();

  return (weight, shape, signal) => {
    const key = `${signal} ${weight}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const recurrent = ofRecurrentLayer(weight, shape, signal);
    if (recurrent !== undefined) {
      known.set(key, recurrent);
      return recurrent;
    }
    const layer = layerOf(weight, shape, signal);
    const value =
      signal === 'outputMagnitude'
        ? meanAlong(magnitude(asRead(activated(layer.node.output[0]!))), layer.given)
        : meanAlong(
            (signal === 'inputSquare' ? square : magnitude)(asRead(layer.node.input[0]!)),
            layer.read,
          );
    const spread = signal === 'outputMagnitude' ? spreadOutputs : spreadInputs;
    const placed = spread(value, shape, layer);
    known.set(key, placed);
    return placed;
  };

  /**
   * Of a kernel of a recurrent layer, `[directions, gates·hidden, inputs]`: the inputs of the recurrent one are the state
   * before each step, and what a unit puts out is its state after it, whichever its gates.
   */
  function ofRecurrentLayer(
    weight: string,
    shape: readonly number[],
    signal: ActivitySignal,
  ): Value | undefined {
    const [node, ...others] = readers.get(weight) ?? [];
    if (node === undefined || others.length > 0 || !RECURRENT.has(node.opType)) return undefined;
    const place = node.input.indexOf(weight);
    if (place !== 1 && place !== 2) return undefined;
    const of = signal === 'inputSquare' ? square : magnitude;
    if (signal !== 'outputMagnitude' && place === 1) {
      return reshape(graph, meanAlong(of(asRead(node.input[0]!)), -1), [1, 1, shape[2]!]);
    }
    const through = states.get(imported.valueOf(node.input[2]!))!;
    const directions = through.map(({ before, after }) => {
      const all = concat(graph, (signal === 'outputMagnitude' ? after : before).map(replaced), 0);
      return reshape(graph, meanAlong(of(all), -1), [1, 1, all.shape[1]!]);
    });
    const units = concat(graph, directions, 0);
    if (signal !== 'outputMagnitude') return units;
    const [count, , hidden] = units.shape as [number, number, number];
    const gates = shape[1]! / hidden;
    return reshape(graph, expand(graph, units, [count, gates, hidden]), [count, gates * hidden, 1]);
  }

  /** A value as the model reads it: where it is itself a weight, that is masked. */
  function asRead(name: string): Value {
    return replaced(imported.valueOf(name));
  }

  function square(value: Value): Value {
    return multiply(graph, value, value);
  }

  function magnitude(value: Value): Value {
    return graph.add('Abs', [value]);
  }

  /** The mean over every axis but one. */
  function meanAlong(value: Value, axis: number): Value {
    const rank = value.shape.length;
    const kept = axis < 0 ? rank + axis : axis;
    return reduce(
      graph,
      'ReduceMean',
      value,
      range(rank).filter((other) => other !== kept),
      false,
    );
  }

  /** A group's outputs read its inputs alone, which the weight counts from 0 in each. */
  function spreadInputs(value: Value, shape: readonly number[], { inputs, outputs, groups }: Layer): Value {
    const aligned = shape.map((size, axis) => (axis === inputs ? size : 1));
    if (groups === 1) return reshape(graph, value, aligned);
    const [most, each] = [shape[outputs]!, shape[inputs]!];
    const split = reshape(graph, value, [groups, 1, each]);
    const repeated = expand(graph, split, [groups, most / groups, each]);
    return reshape(graph, repeated, [most, each, ...shape.slice(2).map(() => 1)]);
  }

  function spreadOutputs(value: Value, shape: readonly number[], { outputs }: Layer): Value {
    return reshape(
      graph,
      value,
      shape.map((size, axis) => (axis === outputs ? size : 1)),
    );
  }

  /** The name that a layer's output has once its bias and its activation are applied. */
  function activated(output: string): string {
    let name = output;
    while (!outputs.has(name)) {
      const [next, ...others] = readers.get(name) ?? [];
      if (next === undefined || others.length > 0) break;
      const given = next.output[0]!;
      if (!(isBias(next) || (ACTIVATIONS.has(next.opType) && next.input[0] === name))) break;
      if (String(imported.valueOf(given).shape) !== String(imported.valueOf(name).shape)) break;
      name = given;
    }
    return name;
  }

  function isBias({ opType, input }: NodeProto): boolean {
    return opType === 'Add' && input.some((name) => source.tensors.has(name));
  }

  function layerOf(weight: string, shape: readonly number[], signal: Signal): Layer {
    const fail = (why: string): never => {
      throw new PruneError(
        'unsupported',
        `a score needs ${signal}, which ${quote(weight)} does not have: ${why}`,
      );
    };
    let name = weight;
    let flipped = false;
    for (;;) {
      const [node, ...others] = readers.get(name) ?? [];
      if (node === undefined) return fail('no node of the model reads it');
      if (others.length > 0) return fail(`${others.length + 1} nodes read it`);
      if (node.opType === 'Identity') name = node.output[0]!;
      else if (node.opType === 'Transpose' && shape.length === 2) {
        const { perm = [1, 0] } = readAttributes(node.attribute);
        if (String(perm) === '1,0') flipped = !flipped;
        name = node.output[0]!;
      } else
        return (
          readBy(node, name, flipped) ??
          fail(`${node.opType} reads it, and not as a kernel of inputs by outputs`)
        );
    }

    function readBy(node: NodeProto, as: string, turned: boolean): Layer | undefined {
      if (node.input[1] !== as || node.input[0] === as) return undefined;
      const attributes = readAttributes(node.attribute);
      const flat = (read: number, transposed: boolean): Layer | undefined => {
        if (shape.length !== 2) return undefined;
        const inputs = transposed ? 1 : 0;
        return { node, inputs, outputs: 1 - inputs, read, given: -1, groups: 1 };
      };
      if (node.opType === 'MatMul') return flat(-1, turned);
      if (node.opType === 'Gemm') {
        const transposed = numberAt(attributes, 'transB', 0) === 1;
        return flat(numberAt(attributes, 'transA', 0) === 1 ? 0 : -1, transposed !== turned);
      }
      const groups = numberAt(attributes, 'group', 1);
      if (node.opType === 'Conv') return { node, inputs: 1, outputs: 0, read: 1, given: 1, groups };
      if (node.opType === 'ConvTranspose' && groups === 1) {
        return { node, inputs: 0, outputs: 1, read: 1, given: 1, groups };
      }
      return undefined;
    }
  }
}
