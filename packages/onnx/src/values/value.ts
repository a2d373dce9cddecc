import type { TensorProto } from 'onnx-buf';
import type { Element } from '../elements/element.js';
import type { Kind } from '../elements/kind.js';
import type { Attributes } from './attributes.js';

/** A tensor of a graph under construction. Two values are the same tensor when they are the same object. */
export interface Value extends Kind {
  /** Its name in the step graph. */
  readonly name: string;
  /** Its elements, where they are known before the graph runs. */
  readonly constant?: Constant;
}

/** Elements that are known before the graph runs. */
export interface Constant {
  /** All elements, in order, as numbers: 64-bit integers beyond 2⁵³ as the nearest, bools as 0 and 1. */
  readonly numbers: () => readonly number[];
  /** The same exactly: 64-bit integers as bigints. */
  readonly elements: () => readonly Element[];
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
