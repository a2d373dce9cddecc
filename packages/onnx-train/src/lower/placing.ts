import { elementsOf } from '@synaprune/core/checks';
import { listAt, numberAt, sameShape, showShape, textAt, type Value } from '@synaprune/onnx/graph';
import { expand, pad, range, reshape, slice } from '../arithmetic/arithmetic.js';
import { convTranspose } from '../arithmetic/conv-transpose.js';
import { frontAxes, known, listable } from '../arithmetic/known.js';
import type { Lowering } from './lowering.js';

/** Cut or padded to a size, the middle in the middle; an odd one more goes, or comes, at the end. */
const centerCropPad: Lowering = ({ graph }, { inputs, attributes }) => {
  const x = inputs[0]!;
  const rank = x.shape.length;
  const axes = frontAxes(graph, listAt(attributes, 'axes') ?? range(rank), rank);
  const sizes = known(graph, inputs[1], 'sizes');
  const starts = axes.map((axis, at) => Math.floor(Math.max(x.shape[axis]! - sizes[at]!, 0) / 2));
  const ends = axes.map((axis, at) => starts[at]! + Math.min(x.shape[axis]!, sizes[at]!));
  const cut = slice(graph, x, axes, starts, ends);
  const missing = range(rank).map((axis) => {
    const at = axes.indexOf(axis);
    return at < 0 ? 0 : Math.max(sizes[at]! - x.shape[axis]!, 0);
  });
  const before = missing.map((count) => Math.floor(count / 2));
  return [
    pad(
      graph,
      cut,
      before,
      missing.map((count, axis) => count - before[axis]!),
    ),
  ];
};

/** Each row of columns to its place in its window, all added: a transposed convolution with ones and zeros. */
const columnsToImage: Lowering = ({ graph }, { inputs, attributes }) => {
  const x = inputs[0]!;
  const image = known(graph, inputs[1], 'image');
  const kernel = known(graph, inputs[2], 'block');
  const ones = kernel.map(() => 1);
  const pads = listAt(attributes, 'pads') ?? [...ones, ...ones].map(() => 0);
  const windows = {
    kernel,
    strides: listAt(attributes, 'strides') ?? ones,
    dilations: listAt(attributes, 'dilations') ?? ones,
    before: pads.slice(0, kernel.length),
    after: pads.slice(kernel.length),
  };
  const size = elementsOf(kernel);
  const channels = x.shape[1]! / size;
  const counts = image.map((length, axis) => {
    const span = (kernel[axis]! - 1) * windows.dilations[axis]! + 1;
    const room = length + windows.before[axis]! + windows.after[axis]! - span;
    return Math.floor(room / windows.strides[axis]!) + 1;
  });
  const columns = reshape(graph, x, [x.shape[0]!, x.shape[1]!, ...counts]);
  const places = listable(graph, x.shape[1]! * size, 'the columns');
  const identity = range(places).map((at) => (at % size === Math.floor(at / size) % size ? 1 : 0));
  const kernels = graph.constant({ type: x.type, shape: [x.shape[1]!, 1, ...kernel] }, identity);
  return [convTranspose(graph, columns, kernels, windows, channels, image)];
};

/** Each element to the place that it was the largest of; everything else is 0. */
const maxUnpool: Lowering = ({ graph }, { inputs, attributes }) => {
  const [x, indices, sizeInput] = inputs as [Value, Value, Value | undefined];
  const kernel = listAt(attributes, 'kernel_shape') ?? graph.bad('kernel_shape is missing');
  const strides = listAt(attributes, 'strides') ?? kernel.map(() => 1);
  const pads = listAt(attributes, 'pads') ?? [...kernel, ...kernel].map(() => 0);
  if (kernel.some((size, axis) => strides[axis]! < size)) {
    return graph.unsupported(
      'MaxUnpool of windows that overlap may put two elements in one place, and has no gradient rule',
      'export with strides of at least the kernel',
    );
  }
  const spatial = kernel.map(
    (size, axis) =>
      (x.shape[axis + 2]! - 1) * strides[axis]! - pads[axis]! - pads[axis + kernel.length]! + size,
  );
  const shape = [...x.shape.slice(0, 2), ...spatial];
  const count = elementsOf(x.shape);
  const empty = expand(graph, graph.scalar(0, x.type), [elementsOf(shape)]);
  const [places, values] = [reshape(graph, indices, [count]), reshape(graph, x, [count])];
  const filled = reshape(graph, graph.add('ScatterElements', [empty, places, values], { axis: 0 }), shape);
  const sizes = sizeInput ? known(graph, sizeInput, 'sizes') : shape;
  if (!sameShape(sizes, shape)) {
    return graph.unsupported(
      `MaxUnpool into ${showShape(sizes)} where its windows give ${showShape(shape)}: runtimes differ in what the indices count`,
      'export without an output size, and pad behind it',
    );
  }
  return [filled];
};

/** New elements over old ones along a sequence, from an index of each sample's own on. */
const tensorScatter: Lowering = ({ graph }, { inputs, attributes }) => {
  const [cache, update, starts] = inputs as [Value, Value, Value | undefined];
  const rank = cache.shape.length;
  const [axis] = frontAxes(graph, [numberAt(attributes, 'axis', -2)], rank) as [number];
  const [room, count] = [cache.shape[axis]!, update.shape[axis]!];
  if (count > room) return graph.bad(`${count} elements do not fit into ${room}`);
  const lined = (at: number) => range(rank).map((other) => (other === at ? update.shape[at]! : 1));
  const offsets = reshape(graph, graph.integers(range(count)), lined(axis));
  const from = starts && reshape(graph, graph.add('Cast', [starts], { to: 7 }), lined(0));
  const places = from ? graph.add('Add', [from, offsets]) : offsets;
  const circular = textAt(attributes, 'mode', 'linear') === 'circular';
  const inside = circular ? graph.add('Mod', [places, graph.scalar(room, 'int64')]) : places;
  return [graph.add('ScatterElements', [cache, expand(graph, inside, update.shape), update], { axis })];
};

/** A convolution of each channel that looks back, with what came before; what comes next begins with the end. */
const causalConvolution: Lowering = ({ graph }, { inputs, attributes }) => {
  const [x, w, bias, past] = inputs as [Value, Value, Value | undefined, Value | undefined];
  const [batch, channels] = x.shape as [number, number];
  const before = w.shape[2]! - 1;
  const long = past ? graph.add('Concat', [past, x], { axis: 2 }) : pad(graph, x, [0, 0, before], [0, 0, 0]);
  const settings = { strides: [1], dilations: [1], pads: [0, 0], group: channels };
  const y = graph.add('Conv', bias ? [long, w, bias] : [long, w], settings);
  const activation = textAt(attributes, 'activation', 'none');
  const activated = activation === 'none' ? y : graph.add('Mul', [y, graph.add('Sigmoid', [y])]);
  const length = long.shape[2]!;
  const present =
    before === 0
      ? expand(graph, graph.scalar(0, x.type), [batch, channels, 0])
      : slice(graph, long, [2], [length - before], [length]);
  return [activated, present];
};

/** Rewrites of operators that put elements in other places. */
export const placingLowerings: Readonly<Record<string, Lowering>> = {
  CenterCropPad: centerCropPad,
  Col2Im: columnsToImage,
  MaxUnpool: maxUnpool,
  TensorScatter: tensorScatter,
  CausalConvWithState: causalConvolution,
};
