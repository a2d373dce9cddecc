import type { Table } from '../format/decode.js';
import type { DataType } from './element-type.js';

/** What the numbers of a quantised tensor stand for: `(value − zero point) · scale`. */
export interface Quantisation {
  /** One, or one for each index along the axis. */
  readonly scales: Float32Array;
  /** As many as scales. */
  readonly zeroPoints: readonly number[];
  readonly axis: number;
}

/** A tensor of a subgraph. */
export interface Tensor {
  readonly index: number;
  /** As the file has it; several may share one, and it may be empty. */
  readonly name: string;
  readonly shape: readonly number[];
  readonly elements: number;
  readonly type: DataType;
  /** Its data, a view of the file's bytes; `undefined` for what is computed. */
  readonly data: Uint8Array | undefined;
  /** Why its data cannot be looked at, though there is some. */
  readonly outside: string | undefined;
  /** What its numbers stand for, or why that is not known; `undefined` where nothing is said. */
  readonly quantisation: Quantisation | string | undefined;
  /** Whether only kept values are stored. */
  readonly sparse: boolean;
  readonly table: Table;
}

/** An operator of a subgraph. */
export interface Operator {
  readonly index: number;
  /** As the schema has it: `CONV_2D`; `CUSTOM name` for one of the model's own. */
  readonly op: string;
  readonly version: number;
  /** Indices of tensors; −1 for one that is left out. */
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  readonly options: Table;
  readonly table: Table;
}

/** Operators in the order in which they run, and the tensors between them. */
export interface Graph {
  readonly index: number;
  /** The file's name for it, or its number. */
  readonly name: string;
  readonly tensors: readonly Tensor[];
  readonly operators: readonly Operator[];
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  readonly table: Table;
}

/** A file that was looked over: whatever refers to something refers to what is there. */
export interface Model {
  readonly bytes: Uint8Array;
  readonly graphs: readonly Graph[];
  readonly root: Table;
  /** What the schema that is known here does not have. */
  readonly unknown: readonly string[];
  /** Bytes behind the last that the file refers to, without those that fill it up. */
  readonly trailing: number;
}
