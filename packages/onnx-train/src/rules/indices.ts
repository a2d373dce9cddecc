import { type Attributes, frontAxis, type Graph, numberAt, textAt, type Value } from '@synaprune/onnx/graph';
import { range, reshape, transpose } from '../arithmetic/arithmetic.js';
import type { GradientRule } from '../tape/gradient-rule.js';

const zeros = (graph: Graph, { type, shape }: Pick<Value, 'type' | 'shape'>): Value =>
  graph.add('Expand', [graph.scalar(0, type), graph.integers(shape)]);

/** Adds each row of the gradient to the row it was taken from; other axes come to the front and go back. */
const gatherRule: GradientRule = (graph, { inputs, gradients, attributes }) => {
  const [x, indices] = inputs as [Value, Value];
  const rank = x.shape.length;
  const axis = frontAxis(numberAt(attributes, 'axis', 0), rank);
  const lines = indices.shape.length;
  const g = gradients[0]!;
  const gathered = range(lines).map((index) => axis + index);
  const first = transpose(graph, g, [
    ...gathered,
    ...range(g.shape.length).filter((at) => !gathered.includes(at)),
  ]);
  const rest = range(rank).filter((other) => other !== axis);
  const none = zeros(graph, {
    type: g.type,
    shape: [x.shape[axis]!, ...rest.map((other) => x.shape[other]!)],
  });
  const places = reshape(graph, indices, [...indices.shape, 1]);
  const summed = graph.add('ScatterND', [none, places, first], { reduction: 'add' });
  const order = [axis, ...rest];
  return [
    transpose(
      graph,
      summed,
      range(rank).map((at) => order.indexOf(at)),
    ),
  ];
};

const gatherElementsRule: GradientRule = (graph, { inputs, gradients, attributes }) => {
  const [x, indices] = inputs as [Value, Value];
  const g = gradients[0]!;
  const axis = numberAt(attributes, 'axis', 0);
  return [graph.add('ScatterElements', [zeros(graph, x), indices, g], { axis, reduction: 'add' })];
};

const gatherNDRule: GradientRule = (graph, { inputs, gradients, attributes }) => {
  const [x, indices] = inputs as [Value, Value];
  if (numberAt(attributes, 'batch_dims', 0) !== 0) {
    graph.unsupported(
      'GatherND with batch_dims has no gradient rule',
      'export with GatherElements, or with Gather',
    );
  }
  return [graph.add('ScatterND', [zeros(graph, x), indices, gradients[0]], { reduction: 'add' })];
};

/** What was written over has no gradient; what was written has that of its place. */
const scatter =
  (op: 'ScatterElements' | 'ScatterND', gatherOp: 'GatherElements' | 'GatherND'): GradientRule =>
  (graph, { inputs, gradients, attributes, wanted }) => {
    const [, indices, updates] = inputs as [Value, Value, Value];
    const g = gradients[0]!;
    const reduction = textAt(attributes, 'reduction', 'none');
    if (reduction !== 'none' && reduction !== 'add') {
      graph.unsupported(
        `${op} with the reduction ${reduction} has no gradient rule`,
        'export with the reduction add or none, or leave out of trainable what leads through it',
      );
    }
    const along: Attributes = op === 'ScatterElements' ? { axis: numberAt(attributes, 'axis', 0) } : {};
    const kept = () =>
      reduction === 'add'
        ? g
        : graph.add(op, [g, indices, zeros(graph, { ...updates, type: g.type })], along);
    return [
      wanted[0] ? kept() : undefined,
      undefined,
      wanted[2] ? graph.add(gatherOp, [g, indices], along) : undefined,
    ];
  };

/** Rules of operators that take or write elements by indices. */
export const indexRules: Readonly<Record<string, GradientRule>> = {
  Gather: gatherRule,
  GatherElements: gatherElementsRule,
  GatherND: gatherNDRule,
  ScatterElements: scatter('ScatterElements', 'GatherElements'),
  ScatterND: scatter('ScatterND', 'GatherND'),
};
