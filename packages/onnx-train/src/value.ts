import type { Attributes } from './attributes.js';
import type { ElementType } from './element-type.js';
import type { TensorProto } from './messages.js';

/** What a tensor is: its element type and its shape, every dimension a number. */
export interface Kind {
  readonly type: ElementType;
  readonly shape: readonly number[];
}

/** A tensor of a graph under construction. Two values are the same tensor when they are the same object. */
export interface Value extends Kind {
  /** Its name in the step graph. */
  readonly name: string;
  /** Its elements, where they are known before the graph runs. */
  readonly constant?: Constant;
}

/** Elements that are known before the graph runs. */
export interface Constant {
  /** All elements, in order; 64-bit integers as numbers, bools as 0 and 1. */
  readonly numbers: () => readonly number[];
  /** The tensor in the file, kept so that it is written as it was read. */
  readonly tensor?: TensorProto;
}

/** A node of a graph under construction. */
export interface GraphNode {
  readonly op: string;
  readonly domain: string;
  readonly inputs: readonly (Value | undefined)[];
  readonly outputs: readonly Value[];
  readonly attributes: Attributes;
}

/** How many elements a shape has. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, dimension) => product * dimension, 1);
}

/** Whether two shapes are equal. */
export function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((dimension, axis) => dimension === b[axis]);
}

/** `[2, 3]`, for messages. */
export function showShape(shape: readonly number[]): string {
  return `[${shape.join(', ')}]`;
}
