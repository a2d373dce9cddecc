import type { Attributes, Graph, Value } from '@synaprune/onnx/graph';

/** What a gradient rule is given. */
export interface GradientCall {
  /** What the node read; undefined where an optional input is missing. */
  readonly inputs: readonly (Value | undefined)[];
  /** What it computed. */
  readonly outputs: readonly Value[];
  /** Gradients of the loss by each output; undefined where an output does not lead to the loss. */
  readonly gradients: readonly (Value | undefined)[];
  readonly attributes: Attributes;
  /** For each input, whether its gradient is needed. Others may be left out. */
  readonly wanted: readonly boolean[];
  /**
   * Adds `leftᵀ·right` to the gradient of an input of two axes, beside what the rule returns. Where many nodes
   * read one matrix, as the steps of a recurrent layer do, their products become a single one.
   */
  addProduct(input: number, left: Value, right: Value): void;
}

/**
 * How the loss changes with the inputs of a node: adds nodes to `graph` and returns a gradient for each input,
 * of the input's shape. Undefined is a gradient of zero.
 */
export type GradientRule = (graph: Graph, call: GradientCall) => readonly (Value | undefined)[];
