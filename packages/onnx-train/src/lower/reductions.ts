import { elementsOf } from '@synaprune/core/checks';
import { listAt, numberAt, type Value } from '@synaprune/onnx/graph';
import { divide, multiply, range, reduce, reshape, subtract } from '../arithmetic/arithmetic.js';
import { frontAxes, known } from '../arithmetic/known.js';
import { logSoftmax } from '../losses/logarithms.js';
import { composite, type TrainingGraph, withoutTape } from '../tape/tape.js';
import type { Lowering, SourceNode } from './lowering.js';

type Reduction = (graph: TrainingGraph, x: Value, axes: readonly number[], keepdims: boolean) => Value;

/** The axes may be an attribute or an input; none are all of them, unless the node says that they are none. */
const along =
  (compute: Reduction): Lowering =>
  ({ graph }, { inputs, attributes }) => {
    const x = inputs[0]!;
    const listed = inputs[1] ? known(graph, inputs[1], 'axes') : listAt(attributes, 'axes');
    const none = listed === undefined || listed.length === 0;
    // Without axes nothing is summed, but what is done to the elements is: `ReduceSumSquare` squares them.
    const all = numberAt(attributes, 'noop_with_empty_axes', 0) ? [] : range(x.shape.length);
    const axes = none ? all : frontAxes(graph, listed, x.shape.length);
    return [compute(graph, x, axes, numberAt(attributes, 'keepdims', 1) !== 0)];
  };

const plain = (op: 'ReduceSum' | 'ReduceMean' | 'ReduceMax' | 'ReduceMin' | 'ReduceProd'): Lowering =>
  along((graph, x, axes, keepdims) => reduce(graph, op, x, axes, keepdims));

const sumOf = (graph: TrainingGraph, x: Value, axes: readonly number[], keepdims: boolean): Value =>
  reduce(graph, 'ReduceSum', x, axes, keepdims);

/** Its gradient `g·x / y` is 0 where everything is: a row that masks emptied has no direction to grow in. */
export const euclidean: Reduction = (graph, x, axes, keepdims) => {
  const compute = () => [graph.add('Sqrt', [sumOf(graph, multiply(graph, x, x), axes, true)])];
  const [length] = composite(graph, 'ReduceL2', [x], compute, (_graph, { outputs, gradients }) => {
    const [y, g] = [outputs[0]!, gradients[0]!];
    const empty = graph.add('Equal', [y, graph.scalar(0, y.type)]);
    const share = graph.add('Where', [empty, graph.scalar(0, y.type), divide(graph, g, y)]);
    return [multiply(graph, x, share)];
  });
  const kept = x.shape.filter((_, axis) => !axes.includes(axis));
  return keepdims ? length! : reshape(graph, length!, kept);
};

/** Beside the largest, so that no exponential overflows; what it adds is what it takes away, so no gradient is. */
const logSumExp: Reduction = (graph, x, axes, keepdims) => {
  const largest = withoutTape(graph, () => reduce(graph, 'ReduceMax', x, axes, true));
  const total = sumOf(graph, graph.add('Exp', [subtract(graph, x, largest)]), axes, true);
  const kept = graph.add('Add', [graph.add('Log', [total]), largest]);
  return keepdims ? kept : reduce(graph, 'ReduceSum', kept, axes, false);
};

/** Before version 13 a softmax ran over all axes from `axis` on, as one. */
function flattening(compute: (graph: TrainingGraph, x: Value, axis: number) => Value): Lowering {
  return ({ graph }, { inputs, attributes, opset }: SourceNode) => {
    const x = inputs[0]!;
    const [axis] = frontAxes(graph, [numberAt(attributes, 'axis', opset < 13 ? 1 : -1)], x.shape.length);
    if (opset >= 13) return [compute(graph, x, axis!)];
    const flat = reshape(graph, x, [elementsOf(x.shape.slice(0, axis)), elementsOf(x.shape.slice(axis))]);
    return [reshape(graph, compute(graph, flat, 1), x.shape)];
  };
}

const spatial = ({ shape }: Value): readonly number[] => range(shape.length).slice(2);

/** Rewrites of operators that make one element of many. */
export const reductionLowerings: Readonly<Record<string, Lowering>> = {
  ReduceSum: plain('ReduceSum'),
  ReduceMean: plain('ReduceMean'),
  ReduceMax: plain('ReduceMax'),
  ReduceMin: plain('ReduceMin'),
  ReduceProd: plain('ReduceProd'),
  ReduceL1: along((graph, x, axes, keepdims) => sumOf(graph, graph.add('Abs', [x]), axes, keepdims)),
  ReduceSumSquare: along((graph, x, axes, keepdims) => sumOf(graph, multiply(graph, x, x), axes, keepdims)),
  ReduceL2: along(euclidean),
  ReduceLogSum: along((graph, x, axes, keepdims) => graph.add('Log', [sumOf(graph, x, axes, keepdims)])),
  ReduceLogSumExp: along(logSumExp),
  GlobalAveragePool: ({ graph }, { inputs }) => [
    reduce(graph, 'ReduceMean', inputs[0]!, spatial(inputs[0]!), true),
  ],
  GlobalMaxPool: ({ graph }, { inputs }) => [
    reduce(graph, 'ReduceMax', inputs[0]!, spatial(inputs[0]!), true),
  ],
  Softmax: flattening((graph, x, axis) => graph.add('Softmax', [x], { axis })),
  LogSoftmax: flattening(logSoftmax),
  Hardmax: flattening((graph, x, axis) => graph.add('Hardmax', [x], { axis })),
};
