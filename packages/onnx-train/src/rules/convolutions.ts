import {
  type Attributes,
  type Graph,
  numberAt,
  type Value,
  type Windows,
  windowAttributes,
  windowsOf,
} from '@synaprune/onnx/graph';
import { range, reduce, reshape, slice, transpose } from '../arithmetic/arithmetic.js';
import { convTranspose } from '../arithmetic/conv-transpose.js';
import type { GradientRule } from '../tape/gradient-rule.js';

/** Whether a kernel of one element meets each element once: then the convolution is a product of matrices. */
const isPointwise = ({ kernel, strides, before, after }: Windows): boolean =>
  kernel.every((size) => size === 1) &&
  strides.every((stride) => stride === 1) &&
  [...before, ...after].every((padding) => padding === 0);

/** {@link byKernel} of a pointwise convolution: as a product, many times as fast as with `g` as a kernel. */
function byPointwiseKernel(graph: Graph, x: Value, g: Value): Value {
  const asMatrix = (value: Value) => {
    const [batch, channels, ...spatial] = value.shape as [number, number, ...number[]];
    const size = spatial.reduce((product, edge) => product * edge, 1);
    const rows = transpose(graph, reshape(graph, value, [batch, channels, size]), [1, 0, 2]);
    return reshape(graph, rows, [channels, batch * size]);
  };
  const product = graph.add('Gemm', [asMatrix(g), asMatrix(x)], { transB: 1 });
  return reshape(graph, product, [g.shape[1]!, x.shape[1]!, ...x.shape.slice(2).map(() => 1)]);
}

/**
 * The gradient by the kernel of a convolution from `x` to a result with gradient `g`: a convolution of `x` with
 * `g` as the kernel, channels as the batch, strides and dilations exchanged, one group for each of the original.
 */
function byKernel(graph: Graph, x: Value, g: Value, windows: Windows, group: number): Value {
  if (group === 1 && isPointwise(windows)) return byPointwiseKernel(graph, x, g);
  const [batch, channels] = x.shape as [number, number];
  const each = channels / group;
  const spatial = range(windows.kernel.length);
  const axesFrom = (first: number) => spatial.map((axis) => first + axis);
  const grouped = reshape(graph, x, [batch, group, each, ...x.shape.slice(2)]);
  const images = reshape(graph, transpose(graph, grouped, [2, 1, 0, ...axesFrom(3)]), [
    each,
    group * batch,
    ...x.shape.slice(2),
  ]);
  const kernels = transpose(graph, g, [1, 0, ...axesFrom(2)]);
  const swapped = {
    ...windowAttributes(windows),
    strides: windows.dilations,
    dilations: windows.strides,
    group,
  };
  const full = graph.add('Conv', [images, kernels], swapped);
  // Where a stride does not divide the input, a few more positions fit than the kernel has.
  const cut = slice(
    graph,
    full,
    axesFrom(2),
    spatial.map(() => 0),
    windows.kernel,
  );
  return transpose(graph, cut, [1, 0, ...axesFrom(2)]);
}

const byBias = (graph: Graph, g: Value): Value =>
  reduce(
    graph,
    'ReduceSum',
    g,
    range(g.shape.length).filter((axis) => axis !== 1),
    false,
  );

const groupOf = (attributes: Attributes): number => numberAt(attributes, 'group', 1);

const conv: GradientRule = (graph, { inputs, gradients, attributes, wanted }) => {
  const [x, w] = inputs as [Value, Value];
  const g = gradients[0]!;
  const windows = windowsOf(attributes, w.shape.slice(2));
  const group = groupOf(attributes);
  return [
    wanted[0] ? convTranspose(graph, g, w, windows, group, x.shape.slice(2)) : undefined,
    wanted[1] ? byKernel(graph, x, g, windows, group) : undefined,
    wanted[2] ? byBias(graph, g) : undefined,
  ];
};

const convTransposeRule: GradientRule = (graph, { inputs, gradients, attributes, wanted }) => {
  const [x, w] = inputs as [Value, Value];
  const windows = windowsOf(attributes, w.shape.slice(2));
  const group = groupOf(attributes);
  const g = gradients[0]!;
  const byX = () => {
    const back = graph.add('Conv', [g, w], { ...windowAttributes(windows), group });
    const axes = range(windows.kernel.length).map((axis) => axis + 2);
    return slice(
      graph,
      back,
      axes,
      axes.map(() => 0),
      x.shape.slice(2),
    );
  };
  return [
    wanted[0] ? byX() : undefined,
    wanted[1] ? byKernel(graph, g, x, windows, group) : undefined,
    wanted[2] ? byBias(graph, g) : undefined,
  ];
};

/** Rules of convolutions. */
export const convolutionRules: Readonly<Record<string, GradientRule>> = {
  Conv: conv,
  ConvTranspose: convTransposeRule,
};
