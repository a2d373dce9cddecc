import { listAt, numberAt } from '../values/attributes.js';
import { frontAxis } from '../values/broadcast.js';
import { numbersKnown } from './layout.js';
import type { ShapeRule } from './rule.js';

const reduce: ShapeRule = ([x, axesInput], attributes) => {
  const rank = x!.shape.length;
  const listed = axesInput ? numbersKnown(axesInput, 'axes') : listAt(attributes, 'axes');
  const axes = new Set((listed ?? x!.shape.map((_, axis) => axis)).map((axis) => frontAxis(axis, rank)));
  const keep = numberAt(attributes, 'keepdims', 1) !== 0;
  return [
    { type: x!.type, shape: x!.shape.flatMap((d, axis) => (axes.has(axis) ? (keep ? [1] : []) : [d])) },
  ];
};

const argument: ShapeRule = ([x], attributes) => {
  const axis = frontAxis(numberAt(attributes, 'axis', 0), x!.shape.length);
  const keep = numberAt(attributes, 'keepdims', 1) !== 0;
  return [{ type: 'int64', shape: x!.shape.flatMap((d, i) => (i === axis ? (keep ? [1] : []) : [d])) }];
};

/** Operators that make one element of many. */
export const reductionShapes: Readonly<Record<string, ShapeRule>> = {
  ReduceSum: reduce,
  ReduceMean: reduce,
  ReduceMax: reduce,
  ReduceMin: reduce,
  ReduceProd: reduce,
  ArgMax: argument,
  ArgMin: argument,
};
