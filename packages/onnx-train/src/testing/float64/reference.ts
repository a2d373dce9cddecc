import type { Attributes } from '@synaprune/onnx/graph';
import type { TestTensor } from '../models.js';

/** What an operator computes, in loops over float64, written from the ONNX specification; one output. */
export type Reference = (
  inputs: readonly (TestTensor | undefined)[],
  attributes: Attributes,
) => { readonly shape: readonly number[]; readonly data: readonly number[] };

/** Every index into a tensor, row-major. */
export function indicesOf(shape: readonly number[]): readonly (readonly number[])[] {
  return shape.reduce<readonly (readonly number[])[]>(
    (all, size) => all.flatMap((index) => Array.from({ length: size }, (_, at) => [...index, at])),
    [[]],
  );
}

/** Where an element lies in the data of a tensor. */
export const placeIn = (shape: readonly number[], index: readonly number[]): number =>
  index.reduce((place, at, axis) => place * shape[axis]! + at, 0);

/** An element of a tensor. */
export const at = ({ shape, data }: TestTensor, index: readonly number[]): number =>
  data[placeIn(shape, index)]!;

/** A tensor, each element from its index. */
export function made(shape: readonly number[], element: (index: readonly number[]) => number) {
  return { shape, data: indicesOf(shape).map(element) };
}

/** A tensor that starts as `first` of each index, with what `scatter` adds to elements of it. */
export function gathered(
  shape: readonly number[],
  first: (index: readonly number[]) => number,
  scatter: (add: (index: readonly number[], value: number) => void) => void,
) {
  const { data } = made(shape, first);
  scatter((index, value) => {
    const inside = index.every((each, axis) => each >= 0 && each < shape[axis]!);
    if (inside) data[placeIn(shape, index)]! += value;
  });
  return { shape, data };
}

/** A function of each element by itself. */
export const elementwise =
  (of: (x: number, attributes: Attributes) => number): Reference =>
  ([x], attributes) => ({ shape: x!.shape, data: x!.data.map((each) => of(each, attributes)) });
