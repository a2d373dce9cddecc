import { type Attributes, frontAxis, type Graph, numberAt, textAt, type Value } from '@synaprune/onnx/graph';
import { cast, divide, multiply, range, reshape, subtract, transpose } from '../arithmetic/arithmetic.js';
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

const gatherNDRule: GradientRule = (graph, { inputs, gradients }) => {
  const [x, indices] = inputs as [Value, Value];
  return [graph.add('ScatterND', [zeros(graph, x), indices, gradients[0]], { reduction: 'add' })];
};

/** What a scatter rule is made of: the same places read, and written with or without a reduction. */
interface Places {
  readonly read: (value: Value) => Value;
  readonly write: (into: Value, updates: Value, reduction: string) => Value;
}

/** Times all that was written to its place; without a zero by division, as products have it. */
function productAt(graph: Graph, x: Value, updates: Value, g: Value, { read, write }: Places) {
  const zero = graph.scalar(0, x.type);
  const none = graph.add('Equal', [updates, zero]);
  const filled = graph.add('Where', [none, graph.scalar(1, x.type), updates]);
  const zeros = cast(graph, none, x.type);
  const others = subtract(graph, read(write(multiply(graph, x, 0), zeros, 'add')), zeros);
  const rest = divide(graph, read(multiply(graph, write(x, filled, 'mul'), g)), filled);
  return {
    byX: () => write(g, updates, 'mul'),
    byUpdates: () => graph.add('Where', [graph.add('Equal', [others, zero]), rest, zero]),
  };
}

/** To what was taken; elements that tie share evenly, as in the reductions. */
function extremeAt(graph: Graph, x: Value, updates: Value, g: Value, y: Value, { read, write }: Places) {
  const mine = cast(graph, graph.add('Equal', [x, y]), g.type);
  const theirs = cast(graph, graph.add('Equal', [updates, read(y)]), g.type);
  const share = divide(graph, g, write(mine, theirs, 'add'));
  return {
    byX: () => multiply(graph, mine, share),
    byUpdates: () => multiply(graph, theirs, read(share)),
  };
}

/** What was written over has no gradient; what was written has that of its place. */
const scatter =
  (op: 'ScatterElements' | 'ScatterND', gatherOp: 'GatherElements' | 'GatherND'): GradientRule =>
  (graph, { inputs, outputs, gradients, attributes, wanted }) => {
    const [x, indices, updates] = inputs as [Value, Value, Value];
    const g = gradients[0]!;
    const reduction = textAt(attributes, 'reduction', 'none');
    const along: Attributes = op === 'ScatterElements' ? { axis: numberAt(attributes, 'axis', 0) } : {};
    const places: Places = {
      read: (value) => graph.add(gatherOp, [value, indices], along),
      write: (into, what, how) =>
        graph.add(op, [into, indices, what], how === 'none' ? along : { ...along, reduction: how }),
    };
    if (reduction === 'mul' || reduction === 'max' || reduction === 'min') {
      const { byX, byUpdates } =
        reduction === 'mul'
          ? productAt(graph, x, updates, g, places)
          : extremeAt(graph, x, updates, g, outputs[0]!, places);
      return [wanted[0] ? byX() : undefined, undefined, wanted[2] ? byUpdates() : undefined];
    }
    const kept = () =>
      reduction === 'add' ? g : places.write(g, zeros(graph, { ...updates, type: g.type }), 'none');
    return [wanted[0] ? kept() : undefined, undefined, wanted[2] ? places.read(g) : undefined];
  };

/** Rules of operators that take or write elements by indices. */
export const indexRules: Readonly<Record<string, GradientRule>> = {
  Gather: gatherRule,
  GatherElements: gatherElementsRule,
  GatherND: gatherNDRule,
  ScatterElements: scatter('ScatterElements', 'GatherElements'),
  ScatterND: scatter('ScatterND', 'GatherND'),
};
