import type { Attributes } from '@synaprune/onnx/graph';

/** A node whose batch is to grow: what its inputs are in the model as it was exported, where a batch is one. */
export interface BatchedNode {
  readonly op: string;
  readonly opset: number;
  readonly attributes: Attributes;
  /** For each input the axis along which samples lie, or −1; undefined where there is no input. */
  readonly axes: readonly (number | undefined)[];
  /** Shapes for a batch of one. */
  readonly shapes: readonly (readonly number[] | undefined)[];
  /** The numbers of an input that is known, for a batch of one. */
  known(input: number): readonly number[] | undefined;
}

/** The axis of each output, the last for those that follow; undefined where samples would meet, or nobody knows. */
export type AxisRule = (node: BatchedNode) => readonly number[] | undefined;
