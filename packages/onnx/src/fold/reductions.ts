import { elementsOf } from '@synaprune/core/checks';
import { type Element, elementOf, isExact, wrapTo } from '../elements/element.js';
import { integerFormat } from '../elements/element-type.js';
import { listAt, numberAt } from '../values/attributes.js';
import { frontAxis } from '../values/broadcast.js';
import type { Value } from '../values/value.js';
import { listBy, stridesOf } from './coordinates.js';
import { type Fold, knownElements, knownNumbers } from './rule.js';

type Combine = (a: bigint, b: bigint) => bigint;

const absolute = (a: bigint): bigint => (a < 0n ? -a : a);

const larger: Combine = (a, b) => {
  if (a > b) return a;
  return b;
};

const smaller: Combine = (a, b) => {
  if (a < b) return a;
  return b;
};

/**
 * All elements over some axes put into one, of integers: a sum of floats depends on its order. Some runtimes add and
 * multiply integers as float64, so what is larger on the way (`size` of absolute values) is left to them.
 */
const reduce =
  (start: bigint | undefined, combine: Combine, size: Combine): Fold =>
  ({ inputs, attributes, kinds }) => {
    const [x, axesInput] = inputs as [Value, Value | undefined];
    const rank = x.shape.length;
    if (integerFormat(x.type) === undefined) return undefined;
    const listed = axesInput ? knownNumbers(axesInput) : listAt(attributes, 'axes');
    const axes = new Set((listed ?? x.shape.map((_, axis) => axis)).map((axis) => frontAxis(axis, rank)));
    const kept = stridesOf(x.shape.map((dimension, axis) => (axes.has(axis) ? 1 : dimension)));
    const strides = kept.map((stride, axis) => (axes.has(axis) ? 0 : stride));
    const count = elementsOf(kinds[0]!.shape);
    const totals = new Array<bigint | undefined>(count).fill(start);
    const sizes = new Array<bigint>(count).fill(1n);
    const into = listBy(x.shape, (at) => strides.reduce((sum, stride, axis) => sum + stride * at[axis]!, 0));
    knownElements(x).forEach((element, index) => {
      const [to, value] = [into[index]!, BigInt(element)];
      const before = totals[to];
      totals[to] = before === undefined ? value : combine(before, value);
      sizes[to] = size(sizes[to]!, absolute(value));
    });
    if (!sizes.every(isExact)) return undefined;
    // The largest of nothing is nothing, and what does not fit is wrapped by some and cut off by others.
    const results = totals.map((total) => (total === undefined ? undefined : wrapTo(x.type, total)));
    const fits = results.every((result, index) => result !== undefined && BigInt(result) === totals[index]);
    return fits ? [results as Element[]] : undefined;
  };

const cumulativeSum: Fold = ({ inputs, attributes }) => {
  const [x, axisInput] = inputs as [Value, Value];
  if (integerFormat(x.type) === undefined) return undefined;
  const axis = frontAxis(knownNumbers(axisInput)[0]!, x.shape.length);
  const size = x.shape[axis]!;
  const stride = stridesOf(x.shape)[axis]!;
  const [exclusive, reverse] = ['exclusive', 'reverse'].map((name) => numberAt(attributes, name, 0) !== 0);
  const elements = knownElements(x);
  const sums = new Array<Element>(elements.length);
  for (let first = 0; first < elements.length; first++) {
    if (Math.floor(first / stride) % size !== 0) continue;
    let sum = 0n;
    for (let step = 0; step < size; step++) {
      const at = first + stride * (reverse ? size - 1 - step : step);
      const before = sum;
      sum += BigInt(elements[at]!);
      sums[at] = elementOf(x.type, wrapTo(x.type, exclusive ? before : sum));
    }
  }
  return [sums];
};

/** Operators that make one element of many. */
export const reductionFolds: Readonly<Record<string, Fold>> = {
  ReduceSum: reduce(
    0n,
    (a, b) => a + b,
    (all, one) => all + one,
  ),
  ReduceProd: reduce(
    1n,
    (a, b) => a * b,
    // Without zeros: a runtime may come to them last.
    (all, one) => (one === 0n ? all : all * one),
  ),
  ReduceMax: reduce(undefined, larger, (all) => all),
  ReduceMin: reduce(undefined, smaller, (all) => all),
  CumSum: cumulativeSum,
};
