import { elementsOf } from '@synaprune/core/checks';
import { showShape } from '../elements/kind.js';
import { listAt, numberAt } from '../values/attributes.js';
import { broadcast, frontAxis } from '../values/broadcast.js';
import type { Value } from '../values/value.js';
import { rangeCount } from './range.js';
import type { ShapeRule } from './rule.js';
import { indexed } from './types.js';

/** The elements of an input that has to be known. @throws RangeError when it is not */
export function numbersKnown(input: Value | undefined, what: string): readonly number[] {
  if (input?.constant === undefined) throw new RangeError(`its ${what} have to be known before it runs`);
  return input.constant.numbers();
}

const reshape: ShapeRule = ([x, target], attributes) => {
  const wanted = numbersKnown(target, 'target dimensions');
  const copies = numberAt(attributes, 'allowzero', 0) === 0;
  const shape = wanted.map((dimension, axis) =>
    dimension === 0 && copies ? (x!.shape[axis] ?? 0) : dimension,
  );
  const free = shape.indexOf(-1);
  if (free >= 0) shape[free] = elementsOf(x!.shape) / elementsOf(shape.filter((_, axis) => axis !== free));
  if (elementsOf(shape) !== elementsOf(x!.shape))
    throw new RangeError(`it cannot become ${showShape(wanted)}`);
  return [{ type: x!.type, shape }];
};

const transpose: ShapeRule = ([x], attributes) => {
  const rank = x!.shape.length;
  const order = listAt(attributes, 'perm') ?? x!.shape.map((_, axis) => rank - 1 - axis);
  if (
    order.length !== rank ||
    new Set(order).size !== rank ||
    order.some((axis) => x!.shape[axis] === undefined)
  ) {
    throw new RangeError(`${showShape(order)} is no order of its axes`);
  }
  return [{ type: x!.type, shape: order.map((axis) => x!.shape[axis]!) }];
};

const concat: ShapeRule = (inputs, attributes) => {
  const [first] = inputs;
  const axis = frontAxis(numberAt(attributes, 'axis', 0), first!.shape.length);
  for (const { shape, type } of inputs) {
    const fits =
      shape.length === first!.shape.length && shape.every((d, i) => i === axis || d === first!.shape[i]);
    if (!fits || type !== first!.type) throw new RangeError(`they do not line up along axis ${axis}`);
  }
  const shape = [...first!.shape];
  shape[axis] = inputs.reduce((sum, input) => sum + input.shape[axis]!, 0);
  return [{ type: first!.type, shape }];
};

const split: ShapeRule = ([x, sizes], attributes) => {
  const axis = frontAxis(numberAt(attributes, 'axis', 0), x!.shape.length);
  const parts = numbersKnown(sizes, 'sizes');
  if (parts.reduce((sum, part) => sum + part, 0) !== x!.shape[axis]) {
    throw new RangeError(`parts of ${showShape(parts)} do not fill ${x!.shape[axis]}`);
  }
  return parts.map((part) => ({ type: x!.type, shape: x!.shape.map((d, i) => (i === axis ? part : d)) }));
};

const slice: ShapeRule = ([x, starts, ends, axes, steps]) => {
  const shape = [...x!.shape];
  const [from, to, along, by] = [
    numbersKnown(starts, 'starts'),
    numbersKnown(ends, 'ends'),
    numbersKnown(axes, 'axes'),
    numbersKnown(steps, 'steps'),
  ];
  along.forEach((axis, index) => {
    // Backwards to the very front has an end before -1, which would be the last element.
    const end = by[index]! < 0 ? Math.max(to[index]!, -1) : to[index]!;
    shape[axis] = Math.max(0, Math.ceil((end - from[index]!) / by[index]!));
  });
  return [{ type: x!.type, shape }];
};

const pad: ShapeRule = ([x, pads]) => {
  const counts = numbersKnown(pads, 'pads');
  const rank = x!.shape.length;
  if (counts.length !== 2 * rank) throw new RangeError(`${counts.length} pads for rank ${rank}`);
  return [{ type: x!.type, shape: x!.shape.map((d, axis) => d + counts[axis]! + counts[axis + rank]!) }];
};

const expand: ShapeRule = ([x, target]) => [
  { type: x!.type, shape: broadcast(x!.shape, numbersKnown(target, 'dimensions')) },
];

const tile: ShapeRule = ([x, repeats]) => {
  const times = numbersKnown(repeats, 'repeats');
  if (times.length !== x!.shape.length) {
    throw new RangeError(`${times.length} repeats for rank ${x!.shape.length}`);
  }
  return [{ type: x!.type, shape: x!.shape.map((dimension, axis) => dimension * times[axis]!) }];
};

const gather: ShapeRule = ([x, indices], attributes) => {
  const axis = frontAxis(numberAt(attributes, 'axis', 0), x!.shape.length);
  return [
    { type: x!.type, shape: [...x!.shape.slice(0, axis), ...indices!.shape, ...x!.shape.slice(axis + 1)] },
  ];
};

const gatherElements: ShapeRule = ([x, indices]) => [{ type: x!.type, shape: indices!.shape }];

const range: ShapeRule = (inputs) => {
  for (const input of inputs) numbersKnown(input, 'bounds');
  const [start, limit, step] = inputs.map((input) => input.constant!.elements()[0]!);
  const { type } = inputs[0]!;
  return [{ type, shape: [rangeCount(type, [start!, limit!, step!])] }];
};

const gatherND: ShapeRule = ([x, indices], attributes) => {
  const batch = numberAt(attributes, 'batch_dims', 0);
  const depth = indices!.shape.at(-1) ?? 0;
  if (batch + depth > x!.shape.length) throw new RangeError(`indices of ${depth} axes reach too deep`);
  return [{ type: x!.type, shape: [...indices!.shape.slice(0, -1), ...x!.shape.slice(batch + depth)] }];
};

const firstKind: ShapeRule = ([x]) => [{ type: x!.type, shape: x!.shape }];

/** Operators that only move elements. */
export const layoutShapes: Readonly<Record<string, ShapeRule>> = {
  Reshape: reshape,
  Transpose: transpose,
  Concat: concat,
  Split: split,
  Slice: slice,
  Pad: pad,
  Expand: expand,
  Tile: tile,
  Gather: indexed(gather),
  GatherElements: indexed(gatherElements),
  GatherND: indexed(gatherND),
  Range: range,
  ScatterND: indexed(firstKind),
  ScatterElements: indexed(firstKind),
};
