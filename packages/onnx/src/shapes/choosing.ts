import { elementsOf } from '@synaprune/core/checks';
import { showShape } from '../elements/kind.js';
import { numberAt } from '../values/attributes.js';
import { frontAxis } from '../values/broadcast.js';
import { numbersKnown } from './layout.js';
import type { ShapeRule } from './rule.js';

const topK: ShapeRule = ([x, k], attributes) => {
  const axis = frontAxis(numberAt(attributes, 'axis', -1), x!.shape.length);
  const [count] = numbersKnown(k, 'number of elements') as [number];
  if (count < 0 || count > x!.shape[axis]!)
    throw new RangeError(`${count} of ${x!.shape[axis]} along axis ${axis}`);
  const shape = x!.shape.with(axis, count);
  return [
    { type: x!.type, shape },
    { type: 'int64', shape },
  ];
};

const oneHot: ShapeRule = ([indices, depth, values], attributes) => {
  const rank = indices!.shape.length;
  const axis = frontAxis(numberAt(attributes, 'axis', -1), rank + 1);
  const [size] = numbersKnown(depth, 'depth') as [number];
  return [{ type: values!.type, shape: indices!.shape.toSpliced(axis, 0, size) }];
};

const reverseSequence: ShapeRule = ([x, lengths], attributes) => {
  const batch = frontAxis(numberAt(attributes, 'batch_axis', 1), x!.shape.length);
  if (lengths!.shape.length !== 1 || lengths!.shape[0] !== x!.shape[batch]) {
    throw new RangeError(`lengths of ${showShape(lengths!.shape)} for a batch of ${x!.shape[batch]}`);
  }
  return [{ type: x!.type, shape: x!.shape }];
};

const nonZero: ShapeRule = ([x]) => {
  const found = numbersKnown(x, 'elements').filter((element) => element !== 0).length;
  return [{ type: 'int64', shape: [x!.shape.length, found] }];
};

const compress: ShapeRule = ([x, condition], attributes) => {
  const taken = numbersKnown(condition, 'conditions').filter((each) => each !== 0).length;
  if (attributes.axis === undefined) return [{ type: x!.type, shape: [taken] }];
  const axis = frontAxis(numberAt(attributes, 'axis', 0), x!.shape.length);
  return [{ type: x!.type, shape: x!.shape.with(axis, taken) }];
};

const determinant: ShapeRule = ([x]) => {
  const [rows, columns] = x!.shape.slice(-2);
  if (columns === undefined || rows !== columns) throw new RangeError('its last two axes are not equal');
  return [{ type: x!.type, shape: x!.shape.slice(0, -2) }];
};

/** Boxes `[regions, 4]` cut out of `[batch, channels, height, width]`. */
const regionAlign: ShapeRule = ([x, regions], attributes) => {
  const size = (name: string) => numberAt(attributes, name, 1);
  const shape = [regions!.shape[0]!, x!.shape[1]!, size('output_height'), size('output_width')];
  if (x!.shape.length !== 4 || elementsOf(regions!.shape) !== 4 * shape[0]!) {
    throw new RangeError('it takes boxes of four numbers from images');
  }
  return [{ type: x!.type, shape }];
};

/** Operators that choose elements, and those that say which. */
export const choosingShapes: Readonly<Record<string, ShapeRule>> = {
  TopK: topK,
  OneHot: oneHot,
  ReverseSequence: reverseSequence,
  NonZero: nonZero,
  Compress: compress,
  Det: determinant,
  RoiAlign: regionAlign,
};
