import { elementsOf } from '@synaprune/core/checks';
import { type Kind, numberAt, showShape, type Value } from '@synaprune/onnx/graph';
import { reshape } from '../arithmetic/arithmetic.js';
import { frontAxes, known } from '../arithmetic/known.js';
import { givenShape, requireShape } from './given-sizes.js';
import type { Lowering, LoweringContext, SourceNode } from './lowering.js';

/**
 * A node whose first output is as large as its data say along one axis: the size is given, and the step fails where
 * the data say another. `kinds` are what all outputs are for a size.
 */
function ofGivenSize(
  context: LoweringContext,
  node: SourceNode,
  pattern: readonly (number | undefined)[],
  kinds: (size: number) => readonly Kind[],
): readonly Value[] {
  const { graph } = context;
  const { op, inputs, attributes, outputNames } = node;
  const shown = `[${pattern.map((size) => size ?? 'n').join(', ')}]`;
  const given = givenShape(context, node, 'its data say', shown);
  const fits =
    given.length === pattern.length && pattern.every((size, axis) => (size ?? given[axis]) === given[axis]);
  if (!fits) return graph.bad(`what ${op} gives is ${shown}, and shapes say ${showShape(given)}`);
  const outputs = graph.addMany(
    op,
    inputs,
    attributes,
    outputNames.length,
    '',
    kinds(given[pattern.indexOf(undefined)]!).slice(0, outputNames.length),
  );
  return [requireShape(graph, outputs[0]!, given), ...outputs.slice(1)];
}

const nonZero: Lowering = (context, node) => {
  const x = node.inputs[0]!;
  if (x.constant !== undefined) return [context.graph.add('NonZero', [x])];
  const rank = x.shape.length;
  return ofGivenSize(context, node, [rank, undefined], (size) => [{ type: 'int64', shape: [rank, size] }]);
};

/** Known conditions say which elements are taken, along an axis or of all in a row. */
const compress: Lowering = (context, node) => {
  const { graph } = context;
  const { inputs, attributes } = node;
  const [x, condition] = inputs as [Value, Value];
  if (condition.constant === undefined) {
    const along = attributes.axis === undefined ? undefined : numberAt(attributes, 'axis', 0);
    const pattern = along === undefined ? [undefined] : openAt(context, x, along);
    return ofGivenSize(context, node, pattern, (size) => [
      { type: x.type, shape: pattern.map((each) => each ?? size) },
    ]);
  }
  const taken = known(graph, condition, 'conditions').flatMap((each, at) => (each === 0 ? [] : [at]));
  const indices = graph.integers(taken);
  if (attributes.axis === undefined) {
    return [graph.add('Gather', [reshape(graph, x, [elementsOf(x.shape)]), indices], { axis: 0 })];
  }
  const axis = frontAxes(graph, [numberAt(attributes, 'axis', 0)], x.shape.length)[0]!;
  return [graph.add('Gather', [x, indices], { axis })];
};

/** The shape of `x` with one axis left open. */
function openAt({ graph }: LoweringContext, x: Value, axis: number): readonly (number | undefined)[] {
  const [front] = frontAxes(graph, [axis], x.shape.length);
  return x.shape.map((size, at) => (at === front ? undefined : size));
}

const unique: Lowering = (context, node) => {
  const x = node.inputs[0]!;
  const { axis } = node.attributes;
  const along = axis === undefined ? undefined : numberAt(node.attributes, 'axis', 0);
  const pattern = along === undefined ? [undefined] : openAt(context, x, along);
  const all = along === undefined ? elementsOf(x.shape) : x.shape.at(along)!;
  return ofGivenSize(context, node, pattern, (size) => [
    { type: x.type, shape: pattern.map((each) => each ?? size) },
    { type: 'int64', shape: [size] },
    { type: 'int64', shape: [all] },
    { type: 'int64', shape: [size] },
  ]);
};

const nonMaxSuppression: Lowering = (context, node) =>
  ofGivenSize(context, node, [undefined, 3], (size) => [{ type: 'int64', shape: [size, 3] }]);

/** Operators that give as many elements as their data say. */
export const dependentLowerings: Readonly<Record<string, Lowering>> = {
  NonZero: nonZero,
  Compress: compress,
  Unique: unique,
  NonMaxSuppression: nonMaxSuppression,
};
