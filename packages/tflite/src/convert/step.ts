import type { Table } from '../format/decode.js';

/** What an operator gives, or the model is fed. The first edge of its shape is the batch, 1. */
export interface Value {
  readonly name: string;
  readonly shape: readonly number[];
}

/** Numbers that an operator has with it. */
export interface Constant {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array | Int32Array;
}

/** Where an operator's kernel has the channels that it gives, and what is added to each. */
export interface Weighted {
  readonly kernel: Constant;
  readonly bias: Constant;
  readonly channels: 'first' | 'last';
}

/** Functions that an operator can apply to what it gives, by their numbers. */
export const ACTIVATIONS = { linear: 0, relu: 1, relu6: 3 } as const;

/** One operator, while a model is made. */
export interface Step {
  readonly op: string;
  readonly reads: readonly Value[];
  readonly gives: Value;
  /** Behind what it reads. */
  readonly constants: readonly Constant[];
  /** Of convolutions and fully connected layers, in the place of constants. */
  readonly weighted?: Weighted;
  /** A normalisation: what each channel is multiplied by and what is added then, in the place of constants. */
  readonly scale?: { readonly factors: Float64Array; readonly offsets: Float64Array };
  /** The table that tells it, and what. */
  readonly options: string;
  readonly settings: Table;
  /** Whether it can apply a function itself, and which it does. */
  readonly activation?: number;
}
