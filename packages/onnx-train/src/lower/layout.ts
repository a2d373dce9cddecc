import { elementsOf } from '@synaprune/core/checks';
import {
  type Element,
  isFloat,
  listAt,
  numberAt,
  rangeCount,
  roundTo,
  showShape,
  tensorOf,
  textAt,
  tryBroadcast,
  type Value,
  wrapTo,
} from '@synaprune/onnx/graph';
import { concat, expand, range, reshape, slice, split, transpose } from '../arithmetic/arithmetic.js';
import { frontAxes, known, listable } from '../arithmetic/known.js';
import type { Lowering, SourceNode } from './lowering.js';

const shapeOf: Lowering = ({ graph }, { inputs, attributes }) => {
  const { shape } = inputs[0]!;
  return [graph.integers(shape.slice(numberAt(attributes, 'start', 0), listEnd(attributes, shape.length)))];
};

const listEnd = (attributes: SourceNode['attributes'], length: number): number =>
  numberAt(attributes, 'end', length);

const reshapeTo: Lowering = ({ graph }, { inputs, attributes }) => {
  const x = inputs[0]!;
  const target = listAt(attributes, 'shape') ?? known(graph, inputs[1], 'target dimensions');
  const copies = numberAt(attributes, 'allowzero', 0) === 0;
  const shape = target.map((d, axis) => (d === 0 && copies ? (x.shape[axis] ?? 0) : d));
  const free = shape.indexOf(-1);
  if (free >= 0) shape[free] = elementsOf(x.shape) / elementsOf(shape.filter((_, axis) => axis !== free));
  // Of nothing there is as much as of nothing, where a quotient would be NaN.
  const [has, wants] = [elementsOf(x.shape), elementsOf(shape)];
  const times = has === wants ? 1 : has / wants;
  if (times !== 1 || shape.some((d) => !Number.isInteger(d))) {
    const what = `${showShape(x.shape)} cannot become ${showShape(target)}`;
    if (!Number.isInteger(times) || times < 2) return graph.bad(what);
    return graph.unsupported(
      `${what}, which is for a batch ${times} times smaller: the exporter wrote the batch into it`,
      `export with a dynamic batch (the target then starts with -1), or build the step for that batch (inputs)`,
    );
  }
  if (free > 0 && target[0]! > 0 && x.shape[0]! > target[0]!) {
    graph.suspects.push(
      `${graph.place} before it makes ${showShape(shape)} of ${showShape(x.shape)}: if that is a batch which the ` +
        `exporter wrote into it, export with a dynamic batch, or build the step for a batch of ${target[0]} (inputs)`,
    );
  }
  return [reshape(graph, x, shape)];
};

const flatten: Lowering = ({ graph }, { inputs, attributes }) => {
  const { shape } = inputs[0]!;
  const axis = numberAt(attributes, 'axis', 1);
  const front = axis < 0 ? axis + shape.length : axis;
  return [reshape(graph, inputs[0]!, [elementsOf(shape.slice(0, front)), elementsOf(shape.slice(front))])];
};

const squeeze: Lowering = ({ graph }, { inputs, attributes }) => {
  const { shape } = inputs[0]!;
  const listed = inputs[1] ? known(graph, inputs[1], 'axes') : listAt(attributes, 'axes');
  const axes = frontAxes(
    graph,
    listed ?? range(shape.length).filter((axis) => shape[axis] === 1),
    shape.length,
  );
  if (axes.some((axis) => shape[axis] !== 1))
    return graph.bad(`axes ${axes} of ${showShape(shape)} are not all 1`);
  return [
    reshape(
      graph,
      inputs[0]!,
      shape.filter((_, axis) => !axes.includes(axis)),
    ),
  ];
};

const unsqueeze: Lowering = ({ graph }, { inputs, attributes }) => {
  const { shape } = inputs[0]!;
  const listed = inputs[1] ? known(graph, inputs[1], 'axes') : (listAt(attributes, 'axes') ?? []);
  const rank = shape.length + listed.length;
  const axes = frontAxes(graph, listed, rank);
  const rest = [...shape];
  return [
    reshape(
      graph,
      inputs[0]!,
      range(rank).map((axis) => (axes.includes(axis) ? 1 : rest.shift()!)),
    ),
  ];
};

const splitInto: Lowering = ({ graph }, { inputs, attributes, outputNames }) => {
  const x = inputs[0]!;
  const [axis] = frontAxes(graph, [numberAt(attributes, 'axis', 0)], x.shape.length);
  const size = x.shape[axis!]!;
  const each = Math.ceil(size / outputNames.length);
  const even = outputNames.map((_, index) => Math.min(each, size - index * each));
  const sizes = inputs[1] ? known(graph, inputs[1], 'sizes') : (listAt(attributes, 'split') ?? even);
  return split(graph, x, sizes, axis!);
};

const sliceOf: Lowering = ({ graph }, { inputs, attributes }) => {
  const x = inputs[0]!;
  const list = (index: number, name: string) =>
    inputs[index] ? known(graph, inputs[index], name) : listAt(attributes, name);
  const from = list(1, 'starts') ?? [];
  const to = list(2, 'ends') ?? [];
  const axes = frontAxes(graph, list(3, 'axes') ?? range(from.length), x.shape.length);
  const steps = list(4, 'steps') ?? axes.map(() => 1);
  const bound = (value: number, low: number, high: number) => Math.min(Math.max(value, low), high);
  const starts = axes.map((axis, index) => {
    const size = x.shape[axis]!;
    const start = from[index]! < 0 ? from[index]! + size : from[index]!;
    return steps[index]! < 0 ? bound(start, 0, size - 1) : bound(start, 0, size);
  });
  const ends = axes.map((axis, index) => {
    const size = x.shape[axis]!;
    const end = to[index]! < 0 ? to[index]! + size : to[index]!;
    if (steps[index]! > 0) return Math.max(bound(end, 0, size), starts[index]!);
    // Past the front is written as far before it, since -1 is the last element.
    return end < 0 ? -size - 1 : bound(end, 0, size - 1);
  });
  return [slice(graph, x, axes, starts, ends, steps)];
};

const gather: Lowering = ({ graph }, { inputs, attributes }) => [
  graph.add('Gather', inputs, { axis: numberAt(attributes, 'axis', 0) }),
];

const expandTo: Lowering = ({ graph }, { inputs }) => {
  const x = inputs[0]!;
  const target = known(graph, inputs[1], 'target dimensions');
  const shape = tryBroadcast(x.shape, target);
  if (shape === undefined) return graph.bad(`${showShape(x.shape)} does not expand to ${showShape(target)}`);
  return [expand(graph, x, shape)];
};

const tile: Lowering = ({ graph }, { inputs, opset }) => {
  const listed = known(graph, inputs[1], 'repeats');
  // Before version 6 there was one count, for one axis.
  const axis = opset < 6 ? known(graph, inputs[2], 'axis')[0] : undefined;
  const repeats =
    axis === undefined ? listed : inputs[0]!.shape.map((_, at) => (at === axis ? listed[0]! : 1));
  return [graph.add('Tile', [inputs[0], graph.integers(repeats)])];
};

const constantOfShape: Lowering = ({ graph }, { inputs, attributes }) => {
  const shape = known(graph, inputs[0], 'dimensions');
  const { value } = attributes;
  const tensor =
    typeof value === 'object' && 'message' in value && value.message.t
      ? value.message.t
      : tensorOf('zero', { type: 'float32', shape: [1] }, [0]);
  return [expand(graph, reshape(graph, graph.constantTensor('fill', tensor), []), shape)];
};

/** Each element by itself where that is exact; else as the runtime counts, which may be by adding. */
const rangeOf: Lowering = ({ graph }, { inputs }) => {
  for (const input of inputs) known(graph, input, 'bounds');
  const [start, limit, step] = inputs.map((input) => input!.constant!.elements()[0]!) as [
    Element,
    Element,
    Element,
  ];
  const { type } = inputs[0]!;
  const count = listable(graph, rangeCount(type, [start, limit, step]), 'the range');
  const kind = { type, shape: [count] };
  if (!isFloat(type)) {
    const wrapped = (at: number) => wrapTo(type, BigInt(start) + BigInt(at) * BigInt(step));
    return [graph.constant(kind, range(count).map(wrapped))];
  }
  const steps = range(count).map((at) => at * Number(step));
  const all = steps.map((way) => Number(start) + way);
  const exact = [...all, ...steps].every(
    (value) => roundTo(type, value) === value && Math.abs(value) < 2 ** 40,
  );
  return [exact ? graph.constant(kind, all) : graph.add('Range', inputs)];
};

const depthToSpace: Lowering = ({ graph }, { inputs, attributes }) => {
  const x = inputs[0]!;
  const [n, c, h, w] = x.shape as [number, number, number, number];
  const block = numberAt(attributes, 'blocksize', 1);
  const depth = c / block ** 2;
  const crd = textAt(attributes, 'mode', 'DCR') === 'CRD';
  const parts = reshape(graph, x, crd ? [n, depth, block, block, h, w] : [n, block, block, depth, h, w]);
  const turned = transpose(graph, parts, crd ? [0, 1, 4, 2, 5, 3] : [0, 3, 4, 1, 5, 2]);
  return [reshape(graph, turned, [n, depth, h * block, w * block])];
};

const spaceToDepth: Lowering = ({ graph }, { inputs, attributes }) => {
  const x = inputs[0]!;
  const [n, c, h, w] = x.shape as [number, number, number, number];
  const block = numberAt(attributes, 'blocksize', 1);
  const parts = reshape(graph, x, [n, c, h / block, block, w / block, block]);
  const crd = textAt(attributes, 'mode', 'DCR') === 'CRD';
  const turned = transpose(graph, parts, crd ? [0, 1, 3, 5, 2, 4] : [0, 3, 5, 1, 2, 4]);
  return [reshape(graph, turned, [n, c * block ** 2, h / block, w / block])];
};

/** Rewrites of operators that move elements. */
export const layoutLowerings: Readonly<Record<string, Lowering>> = {
  Shape: shapeOf,
  Size: ({ graph }, { inputs }) => [graph.scalar(elementsOf(inputs[0]!.shape), 'int64')],
  Reshape: reshapeTo,
  Flatten: flatten,
  Squeeze: squeeze,
  Unsqueeze: unsqueeze,
  Split: splitInto,
  Slice: sliceOf,
  Concat: ({ graph }, { inputs, attributes }) => {
    const [axis] = frontAxes(graph, [numberAt(attributes, 'axis', 1)], inputs[0]!.shape.length);
    return [concat(graph, inputs as readonly Value[], axis!)];
  },
  Gather: gather,
  Scatter: ({ graph }, { inputs, attributes }) => [graph.add('ScatterElements', inputs, attributes)],
  Expand: expandTo,
  Tile: tile,
  ConstantOfShape: constantOfShape,
  Range: rangeOf,
  DepthToSpace: depthToSpace,
  SpaceToDepth: spaceToDepth,
};
