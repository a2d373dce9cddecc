import type { Attributes } from './attributes.js';
import type { Graph } from './graph.js';
import type { Value } from './value.js';

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

/** One differentiable computation, a node or several with a gradient of their own. */
export interface TapeRecord {
  readonly op: string;
  readonly domain: string;
  readonly place: string;
  readonly inputs: readonly (Value | undefined)[];
  readonly outputs: readonly Value[];
  readonly attributes: Attributes;
  /** Overrides the operator's rule. */
  readonly rule?: GradientRule;
}

/** What was computed, in order. */
export interface Tape {
  readonly records: TapeRecord[];
  paused: boolean;
}

/**
 * Runs `compute` as one differentiable step with a gradient of its own: what it adds in between is not looked
 * into.
 */
export function composite(
  graph: Graph,
  op: string,
  inputs: readonly (Value | undefined)[],
  compute: () => readonly Value[],
  rule: GradientRule,
): readonly Value[] {
  const outputs = withoutTape(graph, compute);
  if (!graph.tape.paused) {
    graph.tape.records.push({ op, domain: '', place: graph.place, inputs, outputs, attributes: {}, rule });
  }
  return outputs;
}

/** Runs `compute` with nothing recorded: what it returns is a constant to gradients. */
export function withoutTape<Result>(graph: Graph, compute: () => Result): Result {
  const { paused } = graph.tape;
  graph.tape.paused = true;
  try {
    return compute();
  } finally {
    graph.tape.paused = paused;
  }
}
