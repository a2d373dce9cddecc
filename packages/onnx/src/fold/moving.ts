import { elementsOf } from '@synaprune/core/checks';
import type { Element } from '../elements/element.js';
import { listAt, numberAt } from '../values/attributes.js';
import { frontAxis } from '../values/broadcast.js';
import type { Value } from '../values/value.js';
import { broadcastIndices, listBy, stridesOf } from './coordinates.js';
import { type Fold, knownElements, knownNumbers } from './rule.js';

/** Elements of the first input, each by its flat index; undefined where one is not there. */
function pick(x: Value, indices: readonly number[]): readonly (readonly Element[])[] | undefined {
  const elements = knownElements(x);
  const picked = indices.map((index) => elements[index]);
  return picked.includes(undefined) ? undefined : [picked as Element[]];
}

const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, index) => sum + value * b[index]!, 0);

/** An index from either end; NaN outside, where a runtime stops. */
const within = (index: number, size: number): number => {
  const front = index < 0 ? index + size : index;
  return front >= 0 && front < size ? front : Number.NaN;
};

const gather: Fold = ({ inputs, attributes, kinds }) => {
  const [x, indices] = inputs as [Value, Value];
  const axis = frontAxis(numberAt(attributes, 'axis', 0), x.shape.length);
  const rank = indices.shape.length;
  const strides = stridesOf(x.shape);
  const inner = stridesOf(indices.shape);
  const list = knownNumbers(indices);
  return pick(
    x,
    listBy(kinds[0]!.shape, (at) => {
      const index = within(list[dot(inner, at.slice(axis, axis + rank))]!, x.shape[axis]!);
      return dot(strides, [...at.slice(0, axis), index, ...at.slice(axis + rank)]);
    }),
  );
};

const gatherElements: Fold = ({ inputs, attributes, kinds }) => {
  const [x, indices] = inputs as [Value, Value];
  const axis = frontAxis(numberAt(attributes, 'axis', 0), x.shape.length);
  const strides = stridesOf(x.shape);
  const list = knownNumbers(indices);
  let next = 0;
  return pick(
    x,
    listBy(kinds[0]!.shape, (at) => dot(strides, at.with(axis, within(list[next++]!, x.shape[axis]!)))),
  );
};

/** Parts after each other along an axis: whole runs of each part in turn. */
const concat: Fold = ({ inputs, attributes, kinds }) => {
  const { shape } = kinds[0]!;
  const axis = frontAxis(numberAt(attributes, 'axis', 0), shape.length);
  const outer = elementsOf(shape.slice(0, axis));
  const parts = inputs.map((input) => ({
    elements: knownElements(input),
    run: elementsOf(input!.shape.slice(axis)),
  }));
  const result: Element[] = [];
  for (let index = 0; index < outer; index++) {
    for (const { elements, run } of parts) {
      for (let at = index * run; at < (index + 1) * run; at++) result.push(elements[at]!);
    }
  }
  return [result];
};

const split: Fold = ({ inputs, attributes, kinds }) => {
  const x = inputs[0]!;
  const axis = frontAxis(numberAt(attributes, 'axis', 0), x.shape.length);
  const strides = stridesOf(x.shape);
  const elements = knownElements(x);
  let start = 0;
  return kinds.map(({ shape }) => {
    const offset = start * strides[axis]!;
    start += shape[axis]!;
    return listBy(shape, (at) => elements[dot(strides, at) + offset]!);
  });
};

const slice: Fold = ({ inputs, kinds }) => {
  const x = inputs[0]!;
  const [starts, , axes, steps] = inputs.slice(1).map(knownNumbers);
  const strides = stridesOf(x.shape);
  const by = [...strides];
  let first = 0;
  axes!.forEach((axis, index) => {
    by[axis] = strides[axis]! * steps![index]!;
    first += strides[axis]! * starts![index]!;
  });
  return pick(
    x,
    listBy(kinds[0]!.shape, (at) => first + dot(by, at)),
  );
};

const transpose: Fold = ({ inputs, attributes, kinds }) => {
  const x = inputs[0]!;
  const strides = stridesOf(x.shape);
  const order = listAt(attributes, 'perm') ?? strides.map((_, axis) => strides.length - 1 - axis);
  const turned = order.map((axis) => strides[axis]!);
  return pick(
    x,
    listBy(kinds[0]!.shape, (at) => dot(turned, at)),
  );
};

const tile: Fold = ({ inputs, kinds }) => {
  const x = inputs[0]!;
  const strides = stridesOf(x.shape);
  return pick(
    x,
    listBy(kinds[0]!.shape, (at) =>
      strides.reduce((sum, s, axis) => sum + s * (at[axis]! % x.shape[axis]!), 0),
    ),
  );
};

const whole: Fold = ({ inputs }) => [knownElements(inputs[0])];

/** Operators that only move elements, of any type. */
export const movingFolds: Readonly<Record<string, Fold>> = {
  Identity: whole,
  Reshape: whole,
  Expand: ({ inputs, kinds }) => pick(inputs[0]!, broadcastIndices(inputs[0]!.shape, kinds[0]!.shape)),
  Gather: gather,
  GatherElements: gatherElements,
  Concat: concat,
  Split: split,
  Slice: slice,
  Tile: tile,
  Transpose: transpose,
};
