import type { AxedValue, Axis, Dim } from '@synaprune/axes';
import type { NodeProto, TensorProto } from '@synaprune/onnx';

/** How long an axis is once the model was cut. */
export type LengthOf = (axis: Axis) => Dim;

/** An integer that a graph computes with, where it is known before a run, or is the length of an axis. */
export interface KnownSize {
  readonly dim: Dim;
  /** The axes of weights whose lengths it is made of. */
  readonly of: readonly Axis[];
  /** Those axes, for messages: `axis 1 of "x"`. */
  readonly where?: string;
  /** How many steps of arithmetic it was made by. */
  readonly steps?: number;
  /** What it is once the model was cut. */
  after(lengthOf: LengthOf): Dim;
}

/** A tensor of the file. */
export interface FileTensor {
  /** As reports name it: its own name, behind the place where that is not the model's own graph. */
  readonly name: string;
  readonly ownName: string;
  /** The graph that holds it: `graph` for the model's own. */
  readonly place: string;
  readonly message: TensorProto;
  readonly shape: readonly number[];
  readonly axes: readonly Axis[];
  /** The `Constant` that holds it, where it is no initializer. */
  readonly constant?: NodeProto;
}

/** A value of a graph: its axes, and what is known of its elements. */
export interface GraphValue extends AxedValue {
  /** Of a vector, or of one number: each element, where it is known. */
  readonly sizes?: readonly (KnownSize | undefined)[];
  /** The tensor whose elements it is, in their order. */
  readonly tensor?: FileTensor;
}

/** A number that is what it is. */
export function knownNumber(number: Dim): KnownSize {
  return { dim: number, of: [], after: () => number };
}

/** The length of an axis. */
export function lengthOfAxis(axis: Axis, where: string): KnownSize {
  return { dim: axis.dim, of: [axis], where, after: (lengthOf) => lengthOf(axis) };
}
