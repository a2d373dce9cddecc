import type { AxedValue, Axis, KnownSize } from '@synaprune/axes';
import type { NodeProto, TensorProto } from '@synaprune/onnx';

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
